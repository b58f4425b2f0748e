using NerService.Text;

namespace NerService.Gazetteer;

/// <summary>How the text is written, compared with the gazetteer.</summary>
public enum GazetteerMatchKind
{
    /// <summary>As an entry of the key is, whitespace apart.</summary>
    Exact,

    /// <summary>Alike when folded.</summary>
    Folded,

    /// <summary>Alike when folded, after proclitics were cut off the first word.</summary>
    CliticCut,
}

/// <summary>A place in a document where a key of an index stands. A proposal: what it is worth is decided elsewhere.</summary>
/// <param name="Words">The words, whole.</param>
/// <param name="Span">What matched: from the first letter of the name, which a cut leaves inside the first word, to the end of the last word.</param>
/// <param name="Kind">How alike text and gazetteer are.</param>
/// <param name="Cut">What was cut off the first word; null when nothing was.</param>
/// <param name="Entries">Every entry of the key, of all types; at least one.</param>
public readonly record struct GazetteerMatch(WordRange Words, TextSpan Span, GazetteerMatchKind Kind, ProcliticCut? Cut, GazetteerEntries Entries)
{
    /// <summary>Whose names matched.</summary>
    public GazetteerOrigin Origin => Entries[0].Origin;
}
