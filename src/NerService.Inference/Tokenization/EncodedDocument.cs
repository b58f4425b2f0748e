namespace NerService.Inference.Tokenization;

/// <summary>A document's words as subwords.</summary>
public sealed class EncodedDocument
{
    private readonly int[] _subwords;
    private readonly int[] _wordStarts;
    private readonly int[] _heads;
    private readonly WordFeatures[] _features;

    internal EncodedDocument(int[] subwords, int[] wordStarts, int[]? heads = null, WordFeatures[]? features = null) =>
        (_subwords, _wordStarts, _heads, _features) = (subwords, wordStarts, heads ?? wordStarts[..^1], features ?? []);

    /// <summary>Subword ids of all words in order, without special tokens.</summary>
    public ReadOnlySpan<int> Subwords => _subwords;

    /// <summary>For each word the index of its first subword, and the number of subwords at the end: [words + 1].</summary>
    public ReadOnlySpan<int> WordStarts => _wordStarts;

    /// <summary>For each word the index of the subword that stands for it, where its features go in and its label comes out: the first, or the first
    /// after proclitics that are read apart.</summary>
    public ReadOnlySpan<int> Heads => _heads;

    /// <summary>What gazetteers propose at each word; empty when nobody asked them.</summary>
    public ReadOnlySpan<WordFeatures> Features => _features;

    /// <summary>Number of words.</summary>
    public int WordCount => _wordStarts.Length - 1;

    /// <summary>Number of subwords.</summary>
    public int SubwordCount => _subwords.Length;

    /// <summary>Subword ids of one word; at least one.</summary>
    public ReadOnlySpan<int> SubwordsOf(int word) => _subwords.AsSpan(_wordStarts[word], _wordStarts[word + 1] - _wordStarts[word]);

    /// <summary>The same document with what gazetteers propose at its words.</summary>
    /// <param name="features">One per word; the document keeps the array.</param>
    /// <exception cref="ArgumentException">There are more or fewer than words.</exception>
    public EncodedDocument WithFeatures(WordFeatures[] features)
    {
        ArgumentNullException.ThrowIfNull(features);
        if (features.Length != WordCount)
            throw new ArgumentException($"There are features of {features.Length} words, the document has {WordCount}.", nameof(features));
        return new EncodedDocument(_subwords, _wordStarts, _heads, features);
    }
}
