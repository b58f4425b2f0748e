using Google.Protobuf;
using NerService.Inference.Models;
using NerService.Inference.Tokenization.SentencePieceFormat;

namespace NerService.Inference.Tokenization;

/// <summary>A SentencePiece model, made fit for the library that runs it, which takes some things for granted that files need not have.</summary>
internal sealed class SentencePieceFile
{
    private readonly ModelProto _complete;

    private SentencePieceFile(ModelProto file, int unknownId)
    {
        Pieces = KeepLast(file);
        UnknownId = unknownId;
        LargestId = file.Pieces.Index().Last(piece => piece.Item.Type is not (Piece.Types.Type.Control or Piece.Types.Type.Unused)).Index;
        _complete = Complete(file, unknownId);
    }

    /// <summary>The pieces by position, those of special tokens among them. Each is there once.</summary>
    internal IReadOnlyList<string> Pieces { get; }

    /// <summary>The position of the piece for what is unknown.</summary>
    internal int UnknownId { get; }

    /// <summary>The largest position that a text can come to.</summary>
    internal int LargestId { get; }

    /// <summary>Reads a SentencePiece model file, or a <c>tokenizer.json</c> whose model is Unigram.</summary>
    /// <exception cref="ModelLoadException">It cannot be read, is no such file, or holds no pieces or none for what is unknown.</exception>
    internal static SentencePieceFile Read(string path)
    {
        var file = IsJson(path) ? UnigramJson.Read(ModelFiles.Json(path), path) : Parse(path);
        if (file.Pieces.Count == 0)
            throw new ModelLoadException($"'{path}' is not a SentencePiece model: it holds no pieces.");
        if (file.Pieces.FirstOrDefault(piece => !float.IsFinite(piece.Score)) is { } piece)
            throw new ModelLoadException($"'{path}': the score of '{piece.Piece_}' is {piece.Score}.");
        var unknown = file.Pieces.Index().FirstOrDefault(piece => piece.Item.Type == Piece.Types.Type.Unknown, (-1, null!)).Index;
        return unknown >= 0
            ? new SentencePieceFile(file, unknown)
            : throw new ModelLoadException(
                $"'{path}' is not a SentencePiece model: none of its {file.Pieces.Count} pieces is the one for what is unknown."
            );
    }

    /// <summary>The file as the library reads it.</summary>
    internal byte[] ToBytes() => _complete.ToByteArray();

    internal static bool IsJson(string path) => path.EndsWith(".json", StringComparison.OrdinalIgnoreCase);

    private static ModelProto Parse(string path)
    {
        using var stream = ModelFiles.Open(path);
        try
        {
            return ModelProto.Parser.ParseFrom(stream);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new ModelLoadException($"'{path}' is not a SentencePiece model: {e.Message}", e);
        }
    }

    /// <summary>
    /// Of pieces that appear twice the last one counts, as in the reference; the others keep their place by a name that no text comes to, for it
    /// holds a space.
    /// </summary>
    private static string[] KeepLast(ModelProto file)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var id = file.Pieces.Count - 1; id >= 0; id--)
        {
            var piece = file.Pieces[id];
            if (piece.Piece_.Length > 0 && seen.Add(piece.Piece_))
                continue;
            piece.Piece_ = $"unused {id}";
            if (piece.Type != Piece.Types.Type.Unknown)
                piece.Type = Piece.Types.Type.Control;
        }
        return [.. file.Pieces.Select(piece => piece.Piece_)];
    }

    /// <summary>
    /// Adds special tokens for begin and end of text after all pieces: the library looks them up though they are never asked for. Every word
    /// has the space before it that it has in a text.
    /// </summary>
    private static ModelProto Complete(ModelProto file, int unknownId)
    {
        file.TrainerSpec ??= new TrainerSpec();
        (file.TrainerSpec.UnkId, file.TrainerSpec.UnkPiece) = (unknownId, file.Pieces[unknownId].Piece_);
        (file.TrainerSpec.BosId, file.TrainerSpec.BosPiece) = AddSpecial(file, "begin of text");
        (file.TrainerSpec.EosId, file.TrainerSpec.EosPiece) = AddSpecial(file, "end of text");
        file.NormalizerSpec ??= new NormalizerSpec();
        file.NormalizerSpec.AddDummyPrefix = file.NormalizerSpec.RemoveExtraWhitespaces = file.NormalizerSpec.EscapeWhitespaces = true;
        return file;
    }

    private static (int Id, string Name) AddSpecial(ModelProto file, string name)
    {
        file.Pieces.Add(new Piece { Piece_ = name, Type = Piece.Types.Type.Control });
        return (file.Pieces.Count - 1, name);
    }
}
