using System.Text;
using System.Text.Json;
using NerService.Inference.Models;

namespace NerService.Inference.Tokenization;

/// <summary>The pieces of a WordPiece or BPE model by id.</summary>
internal static class VocabularyFile
{
    /// <summary>Ids that may be free beyond the number of pieces, so that one wrong number does not ask for all memory.</summary>
    private const int MaxGap = 100_000;

    /// <summary>Reads <c>vocab.txt</c>, whose lines are the pieces, or the vocabulary of a <c>tokenizer.json</c>.</summary>
    /// <exception cref="ModelLoadException">The file cannot be read, or holds no such vocabulary.</exception>
    internal static string[] Read(string path) => SentencePieceFile.IsJson(path) ? ReadJson(path) : ReadLines(path);

    private static string[] ReadLines(string path)
    {
        var pieces = new List<string?>();
        using var reader = new StreamReader(ModelFiles.Open(path), new UTF8Encoding(false, throwOnInvalidBytes: true));
        try
        {
            while (reader.ReadLine() is { } line)
                pieces.Add(line);
        }
        catch (DecoderFallbackException e)
        {
            throw new ModelLoadException($"'{path}' is not UTF-8: {e.Message}", e);
        }
        return pieces.Count > 0 ? Unique(pieces) : throw new ModelLoadException($"'{path}' is empty; a vocabulary has a piece a line.");
    }

    private static string[] ReadJson(string path)
    {
        var root = ModelFiles.Json(path);
        if (root.Member("model")?.Member("vocab") is not { ValueKind: JsonValueKind.Object } vocabulary)
            throw new ModelLoadException(
                $"'{path}' is not a tokenizer.json with a vocabulary of WordPiece or BPE: model.vocab is not an object of pieces and ids."
            );
        var ids = new List<(int Id, string Piece)>();
        foreach (var piece in vocabulary.EnumerateObject())
            ids.Add(
                (
                    piece.Value.ValueKind == JsonValueKind.Number && piece.Value.TryGetInt32(out var id)
                        ? id
                        : throw new ModelLoadException($"'{path}': the id of '{piece.Name}' is {piece.Value}, which is not an id."),
                    piece.Name
                )
            );
        // A name that appears twice: the last id counts, as in the reference.
        ids = [.. ids.GroupBy(piece => piece.Piece, StringComparer.Ordinal).Select(same => same.Last()), .. TokenizerJson.AddedTokens(root, path)];
        if (ids.Count == 0)
            throw new ModelLoadException($"'{path}': model.vocab is empty.");
        var (smallest, largest) = (ids.Min(piece => piece.Id), ids.Max(piece => piece.Id));
        if (smallest < 0 || largest > ids.Count + MaxGap)
            throw new ModelLoadException($"'{path}': ids run from {smallest} to {largest}, and there are {ids.Count} pieces.");
        var pieces = new List<string?>(new string?[largest + 1]);
        foreach (var (id, piece) in ids)
            pieces[id] = piece;
        return Unique(pieces);
    }

    /// <summary>
    /// A repeated or missing piece can never be met in a text (of two alike the last counts, as in the reference); its place is kept by a name that
    /// holds a space, which no token does.
    /// </summary>
    private static string[] Unique(List<string?> pieces)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var unique = new string[pieces.Count];
        for (var id = unique.Length - 1; id >= 0; id--)
            unique[id] = pieces[id] is { Length: > 0 } piece && !piece.AsSpan().ContainsAny('\r', '\n') && seen.Add(piece) ? piece : $"unused {id}";
        return unique;
    }
}
