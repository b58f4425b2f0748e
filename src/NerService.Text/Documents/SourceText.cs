using System.Buffers;
using System.Text;
using NerService.Text.Folding;
using NerService.Text.Words;

namespace NerService.Text.Documents;

/// <summary>
/// A document: its text, its words, and the words' keys, the one form in which every later step sees it. Immutable to whoever uses it; safe to share.
/// </summary>
public sealed class SourceText
{
    private static readonly SearchValues<char> LineBreaks = SearchValues.Create("\n\r\u2028\u2029\u0085\u000B\u000C");

    private readonly TextSpan[] _words;
    private readonly string _reading;
    private FoldedText? _keys;

    private SourceText(string text, string reading, TextSpan[] words, bool isTokenized)
    {
        Text = text;
        _reading = reading;
        _words = words;
        IsTokenized = isTokenized;
    }

    private SourceText(string text, TextSpan[] words, bool isTokenized)
        : this(text, TurnedLamAlef.Read(text, words), words, isTokenized) { }

    /// <summary>The text that every offset refers to: the caller's own, or the caller's tokens joined by one space.</summary>
    public string Text { get; }

    /// <summary>The words' spans in document order, never overlapping; as many as tokens when the caller sent tokens.</summary>
    public ReadOnlySpan<TextSpan> Words => _words;

    /// <summary>Number of words.</summary>
    public int WordCount => _words.Length;

    /// <summary>Whether the caller sent words, so that each, even an empty one, has its place in <see cref="Words"/>.</summary>
    public bool IsTokenized { get; }

    /// <summary>The words as gazetteer keys, for every step that compares names. They are folded when first asked for and kept: threads that ask at
    /// once may each fold them, to the same.</summary>
    public FoldedText Keys => _keys ??= FoldedText.Of(this);

    /// <summary>Splits running text into words; the text itself stays as it is.</summary>
    public static SourceText FromText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new SourceText(text, WordSplitter.Split(text), isTokenized: false);
    }

    /// <summary>Takes words that are already split; the text is the tokens joined by one space.</summary>
    /// <exception cref="ArgumentException">A token is null.</exception>
    public static SourceText FromTokens(IReadOnlyList<string> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        var text = new StringBuilder();
        var words = new TextSpan[tokens.Count];
        for (var i = 0; i < words.Length; i++)
        {
            if (tokens[i] is null)
                throw new ArgumentException($"Token {i} is null; an empty token is an empty string.", nameof(tokens));
            if (i > 0)
                text.Append(' ');
            words[i] = new TextSpan(text.Length, text.Length + tokens[i].Length);
            text.Append(tokens[i]);
        }
        return new SourceText(text.ToString(), words, isTokenized: true);
    }

    /// <summary>Whether a word is read otherwise than it stands in the text (<see cref="TurnedLamAlef"/>).</summary>
    public bool IsMended => !ReferenceEquals(Text, _reading);

    /// <summary>The word as it is read: as it stands in the text, with its letters in order (<see cref="TurnedLamAlef"/>).</summary>
    public ReadOnlySpan<char> Word(int index) => Read(_words[index]);

    /// <summary>A part of the text as it is read; as long as the part.</summary>
    public ReadOnlySpan<char> Read(TextSpan span) => span.Slice(_reading);

    /// <summary>The same document, read otherwise.</summary>
    /// <param name="reading">As long as the text: what each character is read as.</param>
    /// <exception cref="ArgumentException">It is longer or shorter.</exception>
    public SourceText WithReading(string reading)
    {
        ArgumentNullException.ThrowIfNull(reading);
        if (reading.Length != Text.Length)
            throw new ArgumentException($"The reading has {reading.Length} characters, the text {Text.Length}.", nameof(reading));
        return new SourceText(Text, reading, _words, IsTokenized);
    }

    /// <summary>What separates a word from the next one; empty where nothing does, and after the last word.</summary>
    internal ReadOnlySpan<char> Gap(int word) => word + 1 < WordCount ? Text.AsSpan(_words[word].End.._words[word + 1].Start) : [];

    /// <summary>Whether a line ends between a word and the next one.</summary>
    internal bool EndsLine(int word) => Gap(word).ContainsAny(LineBreaks);

    /// <summary>The span of text from the first word of a range to its last.</summary>
    /// <param name="range">At least one word.</param>
    public TextSpan SpanOf(WordRange range) => new(_words[range.Start].Start, _words[range.End - 1].End);
}
