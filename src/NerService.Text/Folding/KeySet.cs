using System.Collections.Frozen;

namespace NerService.Text.Folding;

/// <summary>A fixed list of words, compared by gazetteer key. Immutable.</summary>
/// <param name="words">The words as they are written, separated by white space.</param>
public sealed class KeySet(string words)
{
    private readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _keys = Keys(words)
        .ToFrozenSet(StringComparer.Ordinal)
        .GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Whether a folded word is one of the list.</summary>
    public bool Contains(ReadOnlySpan<char> key) => _keys.Contains(key);

    /// <summary>The keys of words that are separated by white space.</summary>
    internal static IEnumerable<string> Keys(string words) =>
        words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(word => FoldedText.KeyOf(word));
}
