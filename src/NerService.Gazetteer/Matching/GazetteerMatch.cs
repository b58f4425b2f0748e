using NerService.Text.Documents;

namespace NerService.Gazetteer;

/// <summary>A place in a document where a key of an index stands. A proposal: what it is worth is decided elsewhere.</summary>
/// <param name="Words">The words, whole.</param>
/// <param name="CutLength">Folded letters of proclitics that were cut off the first word to find the key; 0 when it stands as it is.</param>
/// <param name="Entries">Every entry of the key, of all types; at least one.</param>
public readonly record struct GazetteerMatch(WordRange Words, int CutLength, GazetteerEntries Entries)
{
    /// <summary>Whose names matched.</summary>
    public GazetteerOrigin Origin => Entries[0].Origin;
}
