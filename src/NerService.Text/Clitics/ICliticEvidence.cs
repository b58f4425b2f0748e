using NerService.Text.Folding;
using NerService.Text.Labels;

namespace NerService.Text.Clitics;

/// <summary>
/// What is known about names, asked while proclitics are cut. Every key is folded with <see cref="FoldingProfile.GazetteerKey"/>, the words of a name
/// joined by one space. Called a few times for each entity that begins with a letter that can be a proclitic.
/// </summary>
public interface ICliticEvidence
{
    /// <summary>Weight of the heaviest gazetteer entry that has exactly this key and names a thing of this type.</summary>
    /// <param name="key">A whole name.</param>
    /// <param name="type">The type to look for.</param>
    /// <returns>At least 0 (places: population; countries: 10^9); null when no entry of that type has the key.</returns>
    double? EntryWeight(ReadOnlySpan<char> key, EntityType type);

    /// <summary>Whether the word is a given or family name, or a word of a known person's name.</summary>
    /// <param name="key">One word.</param>
    bool IsNamePart(ReadOnlySpan<char> key);

    /// <summary>Whether the word is the first of some longer gazetteer entry.</summary>
    /// <param name="key">One word.</param>
    bool BeginsEntry(ReadOnlySpan<char> key);

    /// <summary>How often the word stands in the document by itself, with nothing before or after it.</summary>
    /// <param name="key">One word.</param>
    int CountInDocument(ReadOnlySpan<char> key);

    /// <summary>How much the model prefers proclitics before a name to the word as it stands.</summary>
    /// <param name="key">The first word of the name, without the proclitics.</param>
    /// <returns>Natural logarithm of the ratio of their odds; null, the default, where the model has not been
    /// asked.</returns>
    double? Preference(ReadOnlySpan<char> key) => null;
}
