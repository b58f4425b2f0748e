using Microsoft.ML.Tokenizers;
using NerService.Inference.Models;

namespace NerService.Inference.Tokenization;

/// <summary>
/// SentencePiece (Kudo and Richardson, 2018), Unigram or BPE as the file says. Each word is encoded by itself with the leading ▁ that SentencePiece
/// puts before a text; an id is the piece's position in the file, or for models that number the pieces anew (XLM-R) that position and an offset.
/// </summary>
public sealed class SentencePieceSubwordTokenizer : ISubwordTokenizer
{
    private const int PieceOfModel = 1, TextOfPiece = 1;

    private readonly SentencePieceTokenizer _tokenizer;
    private readonly Dictionary<int, string> _pieces;
    private readonly int _idOffset;
    private readonly int _unknownId;
    private readonly bool _joinUnknown;

    private SentencePieceSubwordTokenizer(SentencePieceTokenizer tokenizer, int idOffset, int? unknownId)
    {
        (_tokenizer, _idOffset, _unknownId, _joinUnknown) = (tokenizer, idOffset, unknownId ?? tokenizer.UnknownId, unknownId is not null);
        _pieces = tokenizer.Vocabulary.ToDictionary(piece => piece.Value, piece => piece.Key);
    }

    /// <summary>Reads a SentencePiece model file, or a <c>tokenizer.json</c> whose model is Unigram.</summary>
    /// <param name="path">The file.</param>
    /// <param name="idOffset">Added to a piece's position to make its id.</param>
    /// <param name="unknownId">The id of what the file does not know, however many characters in a row; null leaves one unknown piece a character.</param>
    /// <exception cref="ModelLoadException">The file is no SentencePiece model.</exception>
    public static SentencePieceSubwordTokenizer Load(string path, int idOffset = 0, int? unknownId = null)
    {
        using var stream = Open(path);
        try
        {
            return new SentencePieceSubwordTokenizer(SentencePieceTokenizer.Create(stream, addBeginningOfSentence: false, addEndOfSentence: false), idOffset, unknownId);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or InvalidDataException || e.GetType().Name == "InvalidProtocolBufferException")
        {
            throw new ModelLoadException($"'{path}' is no SentencePiece model: {e.Message}", e);
        }
    }

    /// <summary>The positions of a file's pieces by name, the marks among them, which the tokenizer itself keeps from its vocabulary.</summary>
    /// <exception cref="ModelLoadException">The file is no SentencePiece model.</exception>
    internal static Dictionary<string, int> ReadIds(string path)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        var position = 0;
        using var stream = Open(path);
        try
        {
            ProtoWire.Fields(stream, stream.Length, (field, end) =>
            {
                if (field != PieceOfModel) return;
                ProtoWire.Fields(stream, end, (inner, textEnd) =>
                {
                    if (inner == TextOfPiece) ids.TryAdd(ProtoWire.Text(stream, textEnd), position);
                });
                position++;
            });
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new ModelLoadException($"'{path}' is no SentencePiece model: {e.Message}", e);
        }
        return ids;
    }

    /// <inheritdoc/>
    public IReadOnlyList<int> Encode(ReadOnlySpan<char> word)
    {
        var positions = _tokenizer.EncodeToIds(word);
        if (!_joinUnknown) return positions;
        var ids = new List<int>(positions.Count);
        foreach (var position in positions)
        {
            var id = position == _tokenizer.UnknownId ? _unknownId : position + _idOffset;
            if (id != _unknownId || ids.Count == 0 || ids[^1] != _unknownId) ids.Add(id);
        }
        return ids;
    }

    /// <inheritdoc/>
    public string Piece(int id) => id == _unknownId ? _tokenizer.UnknownToken : _pieces.GetValueOrDefault(id - _idOffset, "");

    private static Stream Open(string path) => path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? UnigramJson.ToSentencePiece(path) : File.OpenRead(path);
}
