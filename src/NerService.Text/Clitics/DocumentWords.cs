using NerService.Text.Folding;

namespace NerService.Text.Clitics;

/// <summary>How often each word stands in a document, by gazetteer key. Two arrays per document, whatever its number of words. Immutable.</summary>
public sealed class DocumentWords
{
    private readonly FoldedText _text;

    /// <summary>First occurrence + 1 of a distinct word; 0 is an empty slot. A power of two long, at most half full.</summary>
    private readonly int[] _slots;

    /// <summary>How often the word of each slot stands in the document.</summary>
    private readonly int[] _counts;

    /// <summary>Counts the words of a document. Linear in its length.</summary>
    public DocumentWords(FoldedText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        _text = text;
        var size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, text.WordCount * 2));
        (_slots, _counts) = (new int[size], new int[size]);
        for (var word = 0; word < text.WordCount; word++)
        {
            var slot = Slot(text.Word(word));
            if (_slots[slot] == 0)
                _slots[slot] = word + 1;
            _counts[slot]++;
        }
    }

    /// <summary>How often a word stands in the document.</summary>
    /// <param name="key">As <see cref="FoldedText.FoldWord"/> gives it.</param>
    public int Count(ReadOnlySpan<char> key) => _counts[Slot(key)];

    /// <summary>The slot that holds the word, or the empty one where it belongs.</summary>
    private int Slot(ReadOnlySpan<char> key)
    {
        var mask = _slots.Length - 1;
        var slot = string.GetHashCode(key, StringComparison.Ordinal) & mask;
        while (_slots[slot] is > 0 and var first && !key.SequenceEqual(_text.Word(first - 1)))
            slot = (slot + 1) & mask;
        return slot;
    }
}
