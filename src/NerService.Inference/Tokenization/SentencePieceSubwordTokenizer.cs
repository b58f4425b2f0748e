using Microsoft.ML.Tokenizers;
using NerService.Inference.Models;

namespace NerService.Inference.Tokenization;

/// <summary>
/// SentencePiece (Kudo and Richardson, 2018), Unigram or BPE as the file says. Each word is encoded by itself with the leading ▁ that SentencePiece
/// puts before a text; an id is the piece's position in the file.
/// </summary>
public sealed class SentencePieceSubwordTokenizer : ISubwordTokenizer
{
    private readonly SentencePieceTokenizer _tokenizer;
    private readonly Dictionary<int, string> _pieces;

    private SentencePieceSubwordTokenizer(SentencePieceTokenizer tokenizer)
    {
        _tokenizer = tokenizer;
        _pieces = tokenizer.Vocabulary.ToDictionary(piece => piece.Value, piece => piece.Key);
    }

    /// <summary>Reads a SentencePiece model file.</summary>
    /// <exception cref="ModelLoadException">The file is no SentencePiece model.</exception>
    public static SentencePieceSubwordTokenizer Load(string path)
    {
        using var stream = File.OpenRead(path);
        try
        {
            return new SentencePieceSubwordTokenizer(SentencePieceTokenizer.Create(stream, addBeginningOfSentence: false, addEndOfSentence: false));
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or InvalidDataException || e.GetType().Name == "InvalidProtocolBufferException")
        {
            throw new ModelLoadException($"'{path}' is no SentencePiece model: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<int> Encode(ReadOnlySpan<char> word) => _tokenizer.EncodeToIds(word);

    /// <inheritdoc/>
    public string Piece(int id) => _pieces.GetValueOrDefault(id, "");
}
