namespace NerService.Inference.Tokenization;

/// <summary>Cuts one folded word into subwords of a model's vocabulary. Thread-safe.</summary>
internal interface ISubwordTokenizer
{
    /// <summary>Every id, those of the special tokens among them, is at least 0 and smaller than this.</summary>
    int VocabularySize { get; }

    /// <summary>The largest id that <see cref="Encode"/> may return.</summary>
    int LargestId { get; }

    /// <summary>The subword ids of a word, in order; empty when the word cannot be encoded.</summary>
    /// <param name="word">One folded word, not empty.</param>
    IReadOnlyList<int> Encode(ReadOnlySpan<char> word);

    /// <summary>The subword as the vocabulary writes it.</summary>
    string Piece(int id);
}
