namespace NerService.Inference.Tokenization;

/// <summary>A document's words as subwords.</summary>
public sealed class EncodedDocument
{
    private readonly int[] _subwords;
    private readonly int[] _wordStarts;

    internal EncodedDocument(int[] subwords, int[] wordStarts) => (_subwords, _wordStarts) = (subwords, wordStarts);

    /// <summary>Subword ids of all words in order, without marks.</summary>
    public ReadOnlySpan<int> Subwords => _subwords;

    /// <summary>For each word the index of its first subword, and the number of subwords at the end: [words + 1].</summary>
    public ReadOnlySpan<int> WordStarts => _wordStarts;

    /// <summary>Number of words.</summary>
    public int WordCount => _wordStarts.Length - 1;

    /// <summary>Number of subwords.</summary>
    public int SubwordCount => _subwords.Length;

    /// <summary>Subword ids of one word; at least one.</summary>
    public ReadOnlySpan<int> SubwordsOf(int word) => _subwords.AsSpan(_wordStarts[word], _wordStarts[word + 1] - _wordStarts[word]);
}
