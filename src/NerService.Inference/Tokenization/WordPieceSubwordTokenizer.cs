using System.Text;
using System.Text.Json;
using Microsoft.ML.Tokenizers;
using NerService.Inference.Models;

namespace NerService.Inference.Tokenization;

/// <summary>
/// WordPiece (Schuster and Nakajima, 2012) as BERT models use it: basic tokenization, then the longest piece of the vocabulary again and again. The id of a
/// piece is its line in <c>vocab.txt</c>, from 0, or what <c>tokenizer.json</c> says.
/// </summary>
public sealed class WordPieceSubwordTokenizer : ISubwordTokenizer
{
    private readonly WordPieceTokenizer _tokenizer;
    private readonly string[] _pieces;
    private readonly BertTextOptions _options;

    private WordPieceSubwordTokenizer(WordPieceTokenizer tokenizer, string[] pieces, BertTextOptions options) => (_tokenizer, _pieces, _options) = (tokenizer, pieces, options);

    /// <summary>Reads a vocabulary: <c>vocab.txt</c>, or a <c>tokenizer.json</c> whose model is WordPiece.</summary>
    /// <exception cref="ModelLoadException">The file cannot be read, or lacks the piece for unknown words.</exception>
    public static WordPieceSubwordTokenizer Load(string path, TokenizerSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        var pieces = path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? ReadJson(path) : ReadLines(path);
        if (section.UnknownId < 0 || section.UnknownId >= pieces.Length) throw new ModelLoadException($"'{path}' has {pieces.Length} pieces; tokenizer.unknownId {section.UnknownId} is none of them.");
        var options = new WordPieceOptions
        {
            UnknownToken = pieces[section.UnknownId],
            ContinuingSubwordPrefix = section.ContinuingPrefix ?? "##",
            MaxInputCharsPerWord = section.MaxCharactersPerToken ?? 100,
        };
        using var lines = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', pieces)));
        try
        {
            return new WordPieceSubwordTokenizer(WordPieceTokenizer.Create(lines, options), pieces, new BertTextOptions(section.Lowercase, section.StripAccents, section.SplitIdeographs ?? true));
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or InvalidDataException)
        {
            throw new ModelLoadException($"'{path}' is no WordPiece vocabulary: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<int> Encode(ReadOnlySpan<char> word) => BertText.Tokens(word, _options) is { Length: > 0 } tokens ? _tokenizer.EncodeToIds(tokens) : [];

    /// <inheritdoc/>
    public string Piece(int id) => id >= 0 && id < _pieces.Length ? _pieces[id] : "";

    /// <summary>The pieces of a <c>vocab.txt</c> by id.</summary>
    internal static string[] ReadLines(string path)
    {
        var pieces = new List<string?>();
        using var reader = new StreamReader(path, new UTF8Encoding(false, throwOnInvalidBytes: true));
        try
        {
            while (reader.ReadLine() is { } line) pieces.Add(line);
        }
        catch (DecoderFallbackException e)
        {
            throw new ModelLoadException($"'{path}' is not UTF-8: {e.Message}", e);
        }
        return Unique(pieces);
    }

    /// <summary>The pieces of a <c>tokenizer.json</c> by id.</summary>
    internal static string[] ReadJson(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var model = document.RootElement.GetProperty("model");
            var ids = new List<(int Id, string Piece)>();
            foreach (var piece in model.GetProperty("vocab").EnumerateObject()) ids.Add((piece.Value.GetInt32(), piece.Name));
            if (document.RootElement.TryGetProperty("added_tokens", out var added))
                foreach (var token in added.EnumerateArray()) ids.Add((token.GetProperty("id").GetInt32(), token.GetProperty("content").GetString()!));
            if (ids.Count == 0 || ids.Min(i => i.Id) < 0 || ids.Max(i => i.Id) > 10_000_000) throw new ModelLoadException($"'{path}': model.vocab is empty, or an id is out of range.");
            var pieces = new List<string?>(new string?[ids.Max(i => i.Id) + 1]);
            foreach (var (id, piece) in ids) pieces[id] = piece;
            return Unique(pieces);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new ModelLoadException($"'{path}' is no tokenizer.json with a WordPiece vocabulary: {e.Message}", e);
        }
    }

    /// <summary>
    /// A repeated or missing piece can never be met in a text (of two alike the first counts); its place is kept by a name that holds a space, which no
    /// token does.
    /// </summary>
    private static string[] Unique(List<string?> pieces)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var unique = new string[pieces.Count];
        for (var id = 0; id < unique.Length; id++)
            unique[id] = pieces[id] is { Length: > 0 } piece && !piece.AsSpan().ContainsAny('\r', '\n') && seen.Add(piece) ? piece : $"unused {id}";
        return unique;
    }
}
