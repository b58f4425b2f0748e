using NerService.Text.Clitics;
using NerService.Text.Documents;
using NerService.Text.Folding;

namespace NerService.Extraction.Selection;

/// <summary>Surfaces that a caller does not want back, compared by gazetteer key, proclitics cut or not.</summary>
internal sealed class DenyList
{
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _keys;

    internal DenyList(IReadOnlyCollection<string> surfaces)
    {
        var keys = new HashSet<string>(surfaces.Count, StringComparer.Ordinal);
        foreach (var surface in surfaces)
            if (FoldedText.KeyOf(surface) is { Length: > 0 } key)
                keys.Add(key);
        _keys = keys.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Whether the words are denied, as they stand or without proclitics.</summary>
    internal bool Holds(SourceText source, WordRange words)
    {
        if (_keys.Set.Count == 0)
            return false;
        var key = source.Keys.Key(words);
        if (_keys.Contains(key))
            return true;
        var cuts = new ProcliticCuts();
        foreach (var cut in cuts[..Proclitics.List(source.Keys.Word(words.Start), cuts)])
            if (_keys.Contains(cut.Rest(key)))
                return true;
        return false;
    }
}
