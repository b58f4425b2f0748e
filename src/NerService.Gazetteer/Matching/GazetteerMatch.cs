using NerService.Gazetteer.Index;
using NerService.Text.Documents;

namespace NerService.Gazetteer.Matching;

/// <summary>A place in a document where a key of an index stands. A proposal: what it is worth is decided elsewhere.</summary>
/// <param name="Words">The words, whole.</param>
/// <param name="CutLength">Folded letters of proclitics that were cut off the first word to find the key; 0 when it stands as it is.</param>
/// <param name="RestoredLength">Letters that were put before the rest, since the script drops them after ل; 0 for most cuts.</param>
/// <param name="Entries">Every entry of the key, of all types; at least one.</param>
public readonly record struct GazetteerMatch(WordRange Words, int CutLength, int RestoredLength, GazetteerEntries Entries)
{
    /// <summary>Whether this match goes before one that begins at the same word: the longer, between equal ones that with the fewest letters cut, and
    /// then that which restores the fewest. Two matches of which neither goes before the other are of one key.</summary>
    public bool GoesBefore(in GazetteerMatch other) =>
        (-Words.End, CutLength, RestoredLength).CompareTo((-other.Words.End, other.CutLength, other.RestoredLength)) < 0;

    /// <summary>Whose names matched.</summary>
    public GazetteerOrigin Origin => Entries[0].Origin;
}
