using System.Text;
using NerService.Text.Documents;
using NerService.Text.Words;

namespace NerService.Text.Folding;

/// <summary>
/// The words of a document folded to gazetteer keys (<see cref="SourceText.Keys"/>). Each folded character knows where in the text it stands.
/// Immutable; three arrays per document, none per word.
/// </summary>
public sealed class FoldedText
{
    private readonly SourceText _source;
    private readonly char[] _characters;
    private readonly int[] _sources;
    private readonly (int Start, int End)[] _words;

    private FoldedText(SourceText source, char[] characters, int[] sources, (int Start, int End)[] words)
    {
        _source = source;
        _characters = characters;
        _sources = sources;
        _words = words;
    }

    /// <summary>Number of words, as many as the document's.</summary>
    public int WordCount => _words.Length;

    /// <summary>A word's key; empty when the word is nothing but marks. Never contains whitespace.</summary>
    /// <param name="index">In [0, <see cref="WordCount"/>).</param>
    public ReadOnlySpan<char> Word(int index)
    {
        var (start, end) = _words[index];
        return _characters.AsSpan(start, end - start);
    }

    /// <summary>The key of several words: their own keys joined by one space, those that are empty left out. Does not allocate.</summary>
    /// <param name="range">At least one word.</param>
    public ReadOnlySpan<char> Key(WordRange range)
    {
        var start = _words[range.Start].Start;
        return _characters.AsSpan(start, _words[range.End - 1].End - start).Trim(' ');
    }

    /// <summary>The rest of a word in the text, from the letter that a folded character comes from to the word's end.</summary>
    /// <param name="word">In [0, <see cref="WordCount"/>).</param>
    /// <param name="folded">Index of a character of <see cref="Word"/>: how many folded characters are left out.</param>
    /// <param name="rest">Receives the rest; the whole word when <paramref name="folded"/> is 0.</param>
    /// <returns>False where the text cannot be cut there: the characters on both sides are one ligature of the text, or nothing is left.</returns>
    public bool TryCut(int word, int folded, out TextSpan rest)
    {
        var span = _source.Words[word];
        var (start, end) = _words[word];
        if (folded == 0)
        {
            rest = span;
            return true;
        }
        rest = default;
        var at = start + folded;
        if (at >= end || _sources[at] == _sources[at - 1])
            return false;
        rest = new TextSpan(_sources[at], span.End);
        return true;
    }

    /// <summary>Folds the words of a document.</summary>
    internal static FoldedText Of(SourceText source)
    {
        var capacity = 0;
        for (var i = 0; i < source.WordCount; i++)
            capacity += ArabicFolding.MaxLength(source.Word(i)) + 1;
        var characters = new char[capacity];
        var sources = new int[capacity];
        var words = new (int Start, int End)[source.WordCount];
        var end = 0;
        for (var i = 0; i < words.Length; i++)
        {
            var word = source.Words[i];
            var start = end == 0 ? 0 : end + 1;
            var length = FoldWord(source.Word(i), characters.AsSpan(start), sources.AsSpan(start));
            if (length == 0)
            {
                words[i] = (end, end);
                continue;
            }
            if (start > 0)
                characters[start - 1] = ' ';
            for (var k = start; k < start + length; k++)
                sources[k] += word.Start;
            end = start + length;
            words[i] = (start, end);
        }
        return new FoldedText(source, characters, sources, words);
    }

    /// <summary>The key of a name: split into words, each folded, joined by one space. Empty when nothing but marks is there.</summary>
    public static string KeyOf(ReadOnlySpan<char> name)
    {
        var key = new StringBuilder(name.Length);
        Span<char> buffer = stackalloc char[256];
        foreach (var span in WordSplitter.Enumerate(name))
        {
            var word = name[span.Start..span.End];
            var needed = ArabicFolding.MaxLength(word);
            var folded = needed <= buffer.Length ? buffer : new char[needed];
            var length = FoldWord(word, folded, []);
            if (length == 0)
                continue;
            if (key.Length > 0)
                key.Append(' ');
            key.Append(folded[..length]);
        }
        return key.ToString();
    }

    /// <summary>Folds one word to its key. Whitespace, which a caller's token or an opened ligature may bring, is dropped, so that a space in a key
    /// always separates two words.</summary>
    /// <param name="word">One word as it stands in the text.</param>
    /// <param name="destination">At least <see cref="ArabicFolding.MaxLength"/> of the word.</param>
    /// <param name="sources">Receives the index in the word of each folded character; as long as the destination, or empty when not wanted.</param>
    /// <returns>Number of characters written.</returns>
    public static int FoldWord(ReadOnlySpan<char> word, Span<char> destination, Span<int> sources)
    {
        var length = ArabicFolding.Fold(word, destination, sources, FoldingProfile.GazetteerKey);
        var kept = 0;
        for (var i = 0; i < length; i++)
        {
            if (char.IsWhiteSpace(destination[i]))
                continue;
            destination[kept] = destination[i];
            if (!sources.IsEmpty)
                sources[kept] = sources[i];
            kept++;
        }
        return kept;
    }
}
