using Microsoft.ML.Tokenizers;
using NerService.Inference.Models;

namespace NerService.Inference.Tokenization;

/// <summary>
/// SentencePiece (Kudo and Richardson, 2018), Unigram or BPE as the file says. Each word is encoded by itself with the leading ▁ that SentencePiece
/// puts before a text; an id is the piece's position in the file, or for models that number the pieces anew (XLM-R) that position and an offset.
/// </summary>
public sealed class SentencePieceSubwordTokenizer : ISubwordTokenizer
{
    private readonly SentencePieceTokenizer _tokenizer;
    private readonly Dictionary<int, string> _pieces;
    private readonly int _idOffset;
    private readonly int _unknownId;

    private SentencePieceSubwordTokenizer(SentencePieceTokenizer tokenizer, int idOffset, int unknownId)
    {
        (_tokenizer, _idOffset, _unknownId) = (tokenizer, idOffset, unknownId);
        _pieces = tokenizer.Vocabulary.ToDictionary(piece => piece.Value, piece => piece.Key);
    }

    /// <summary>Reads a SentencePiece model file, or a <c>tokenizer.json</c> whose model is Unigram.</summary>
    /// <param name="path">The file.</param>
    /// <param name="idOffset">Added to a piece's position to make its id.</param>
    /// <param name="unknownId">The id of what the file does not know; only heeded with an offset.</param>
    /// <exception cref="ModelLoadException">The file is no SentencePiece model.</exception>
    public static SentencePieceSubwordTokenizer Load(string path, int idOffset = 0, int unknownId = 0)
    {
        using Stream stream = path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? UnigramJson.ToSentencePiece(path) : File.OpenRead(path);
        try
        {
            return new SentencePieceSubwordTokenizer(SentencePieceTokenizer.Create(stream, addBeginningOfSentence: false, addEndOfSentence: false), idOffset, unknownId);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or InvalidDataException || e.GetType().Name == "InvalidProtocolBufferException")
        {
            throw new ModelLoadException($"'{path}' is no SentencePiece model: {e.Message}", e);
        }
    }

    /// <summary>Positions of the file's pieces by name.</summary>
    internal IReadOnlyDictionary<string, int> Ids => _tokenizer.Vocabulary;

    /// <inheritdoc/>
    public IReadOnlyList<int> Encode(ReadOnlySpan<char> word)
    {
        var positions = _tokenizer.EncodeToIds(word);
        if (_idOffset == 0) return positions;
        var ids = new int[positions.Count];
        for (var i = 0; i < ids.Length; i++) ids[i] = positions[i] == _tokenizer.UnknownId ? _unknownId : positions[i] + _idOffset;
        return ids;
    }

    /// <inheritdoc/>
    public string Piece(int id) => _idOffset != 0 && id == _unknownId ? _tokenizer.UnknownToken : _pieces.GetValueOrDefault(id - _idOffset, "");
}
