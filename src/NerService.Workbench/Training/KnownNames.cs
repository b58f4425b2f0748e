using NerService.Extraction.Snapshots;
using NerService.Text.Clitics;
using NerService.Text.Folding;

namespace NerService.Workbench.Training;

/// <summary>What a snapshot's lists know of a word by itself.</summary>
internal static class KnownNames
{
    /// <summary>Whether a folded word is a name, or a part of one, as it stands.</summary>
    internal static bool IsKnownName(this Snapshot snapshot, ReadOnlySpan<char> key)
    {
        if (snapshot.NameParts.Contains(key))
            return true;
        foreach (var gazetteer in snapshot.Gazetteers)
            if (gazetteer.ContainsKey(key))
                return true;
        return false;
    }

    /// <summary>Whether a name's first word, as it is written, may begin with a proclitic: by its letter, unless it is a name as it stands.</summary>
    internal static bool MayHoldProclitic(this Snapshot snapshot, string word) =>
        FoldedText.KeyOf(word) is var key && (key.Length == 0 || Proclitics.MayBegin(key) && !snapshot.IsKnownName(key));
}
