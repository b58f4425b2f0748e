using System.Text.Json;
using Google.Protobuf;
using NerService.Inference.Models;
using NerService.Inference.Tokenization.Normalization;
using NerService.Inference.Tokenization.SentencePieceFormat;

namespace NerService.Inference.Tokenization;

/// <summary>
/// The Unigram model of a <c>tokenizer.json</c> as the SentencePiece file that it was made from, so that one reader serves both. A piece's id is its
/// place in <c>model.vocab</c>; added tokens stand after.
/// </summary>
internal static class UnigramJson
{
    private const string CharsMap = "Precompiled";

    /// <summary>Reads the model.</summary>
    /// <exception cref="ModelLoadException">The file holds no Unigram model, or its words are split in a way that SentencePiece does not
    /// know.</exception>
    internal static ModelProto Read(JsonElement root, string path)
    {
        var model = root.Member("model") ?? throw new ModelLoadException($"'{path}' is not a tokenizer.json with a Unigram model: it has no model.");
        var unknownId =
            model.Int("unk_id") ?? throw new ModelLoadException($"'{path}': model.unk_id is not given, so there is no piece for what is unknown.");
        var added = TokenizerJson.AddedTokens(root, path).ToDictionary(token => token.Id, token => token.Content);
        RequireMetaspace(root, path);
        var file = new ModelProto
        {
            TrainerSpec = new TrainerSpec(),
            NormalizerSpec = new NormalizerSpec { Name = "", PrecompiledCharsmap = ReadCharsMap(root, path) },
        };
        foreach (var (id, piece) in model.Elements("vocab").Index())
        {
            if (
                piece.ValueKind != JsonValueKind.Array
                || piece.GetArrayLength() != 2
                || piece[0].ValueKind != JsonValueKind.String
                || piece[1].ValueKind != JsonValueKind.Number
            )
                throw new ModelLoadException($"'{path}': model.vocab[{id}] is not a pair of a piece and its score.");
            var type =
                id == unknownId ? Piece.Types.Type.Unknown
                : added.ContainsKey(id) ? Piece.Types.Type.Control
                : Piece.Types.Type.Normal;
            file.Pieces.Add(
                new Piece
                {
                    Piece_ = piece[0].GetString(),
                    Score = (float)piece[1].GetDouble(),
                    Type = type,
                }
            );
        }
        foreach (var (id, content) in added.OrderBy(token => token.Key).SkipWhile(token => token.Key < file.Pieces.Count))
        {
            if (id > file.Pieces.Count)
                throw new ModelLoadException(
                    $"'{path}': the added token '{content}' has id {id}, with no piece or token of id {file.Pieces.Count} before it."
                );
            file.Pieces.Add(new Piece { Piece_ = content, Type = Piece.Types.Type.Control });
        }
        return file;
    }

    /// <summary>What is done to a word before SentencePiece's own rules.</summary>
    /// <exception cref="ModelLoadException">A normalizer is of a kind that this service does not do there.</exception>
    internal static IReadOnlyList<TextStep> StepsBefore(JsonElement root, string path)
    {
        var parts = TokenizerJson.Normalizers(root).ToList();
        var rules = parts.FindIndex(part => part.String("type") == CharsMap);
        if (rules >= 0 && parts[(rules + 1)..].Find(part => !NormalizerJson.IsOfWhiteSpace(part)) is { ValueKind: JsonValueKind.Object } late)
            throw new ModelLoadException(
                $"'{path}': the normalizer {late.String("type")} stands after {CharsMap}; " + $"this service does it only before."
            );
        return
        [
            .. parts[..(rules < 0 ? parts.Count : rules)]
                .Where(part => !NormalizerJson.IsOfWhiteSpace(part))
                .Select(part => NormalizerJson.Step(part, path)),
        ];
    }

    private static ByteString ReadCharsMap(JsonElement root, string path)
    {
        var rules = TokenizerJson.Normalizers(root).FirstOrDefault(part => part.String("type") == CharsMap);
        // Older converters leave an empty rule set as null.
        if (rules.Member("precompiled_charsmap") is not { } map)
            return ByteString.Empty;
        return map.ValueKind == JsonValueKind.String && map.TryGetBytesFromBase64(out var bytes)
            ? ByteString.CopyFrom(bytes)
            : throw new ModelLoadException($"'{path}': the normalizer {CharsMap} has no rules in base 64.");
    }

    private static void RequireMetaspace(JsonElement root, string path)
    {
        var parts = TokenizerJson.PreTokenizers(root).ToList();
        var other = parts.Find(part => part.String("type") is not ("Metaspace" or "WhitespaceSplit"));
        if (
            other.ValueKind == JsonValueKind.Undefined
            && parts.Exists(part => part.String("type") == "Metaspace" && (part.String("replacement") ?? "▁") == "▁")
        )
            return;
        var given = parts.Count == 0 ? "not given" : string.Join(", ", parts.Select(part => part.String("type") ?? "without type"));
        throw new ModelLoadException(
            $"'{path}': the pre-tokenizer of a Unigram model must be Metaspace with ▁, after WhitespaceSplit or by itself; it is {given}."
        );
    }
}
