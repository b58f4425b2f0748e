namespace NerService.Text.Clitics;

/// <summary>How often each word stands in a document, by gazetteer key. Two arrays a document, whatever its number of words. Immutable.</summary>
public sealed class DocumentWords
{
    private readonly char[] _letters;

    /// <summary>End in <see cref="_letters"/> of each distinct word; it begins where the one before it ends.</summary>
    private readonly int[] _ends;

    private readonly int[] _counts;

    /// <summary>Number + 1 of a distinct word; 0 is an empty slot. A power of two long, at most half full.</summary>
    private readonly int[] _slots;

    /// <summary>Counts the words of a document. Linear in its length.</summary>
    public DocumentWords(SourceText source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var length = 0;
        for (var i = 0; i < source.WordCount; i++) length += ArabicFolding.MaxLength(source.Word(i));
        _letters = new char[length];
        _ends = new int[source.WordCount];
        _counts = new int[source.WordCount];
        _slots = new int[System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, source.WordCount * 2))];
        var start = 0;
        var distinct = 0;
        for (var i = 0; i < source.WordCount; i++)
        {
            // The key is written behind the last distinct word and stays there only if it is new.
            var end = start + ArabicFolding.Fold(source.Word(i), _letters.AsSpan(start), FoldingProfile.GazetteerKey);
            var slot = Slot(_letters.AsSpan(start, end - start));
            if (_slots[slot] == 0)
            {
                _slots[slot] = ++distinct;
                _ends[distinct - 1] = start = end;
            }
            _counts[_slots[slot] - 1]++;
        }
    }

    /// <summary>How often a word stands in the document.</summary>
    /// <param name="key">Folded with <see cref="FoldingProfile.GazetteerKey"/>.</param>
    public int Count(ReadOnlySpan<char> key) => _slots[Slot(key)] is > 0 and var number ? _counts[number - 1] : 0;

    /// <summary>The slot that holds the word, or the empty one where it belongs.</summary>
    private int Slot(ReadOnlySpan<char> key)
    {
        var mask = _slots.Length - 1;
        var slot = string.GetHashCode(key, StringComparison.Ordinal) & mask;
        while (_slots[slot] is > 0 and var number && !key.SequenceEqual(Word(number - 1))) slot = (slot + 1) & mask;
        return slot;
    }

    private ReadOnlySpan<char> Word(int number)
    {
        var start = number == 0 ? 0 : _ends[number - 1];
        return _letters.AsSpan(start, _ends[number] - start);
    }
}
