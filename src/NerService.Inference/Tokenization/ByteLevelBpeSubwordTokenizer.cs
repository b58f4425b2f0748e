using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;
using NerService.Inference.Models;
using NerService.Inference.Tokenization.Normalization;

namespace NerService.Inference.Tokenization;

/// <summary>
/// Byte-level BPE (Radford et al., 2019) as RoBERTa uses it: a word's UTF-8 bytes, each written as a letter, are merged pair by pair in the order
/// that was learned. Each word is encoded by itself with a space before it, as words of a text have one.
/// </summary>
internal sealed partial class ByteLevelBpeSubwordTokenizer : ISubwordTokenizer
{
    private const int Bytes = 256;

    private readonly BpeTokenizer _tokenizer;
    private readonly string[] _pieces;
    private readonly IReadOnlyList<TextStep> _steps;

    private ByteLevelBpeSubwordTokenizer(BpeTokenizer tokenizer, string[] pieces, IReadOnlyList<TextStep> steps, int largestId) =>
        (_tokenizer, _pieces, _steps, LargestId) = (tokenizer, pieces, steps, largestId);

    public int VocabularySize => _pieces.Length;

    public int LargestId { get; }

    /// <summary>Reads a <c>tokenizer.json</c> whose model is BPE over bytes.</summary>
    /// <exception cref="ModelLoadException">The file cannot be read, holds no such model, or prepares words in a way that this service does not
    /// do.</exception>
    internal static ByteLevelBpeSubwordTokenizer Load(string path)
    {
        var root = ModelFiles.Json(path);
        var model = root.Member("model") ?? throw new ModelLoadException($"'{path}' is not a tokenizer.json with a BPE model: it has no model.");
        RequireByteLevel(root, model, path);
        var pieces = VocabularyFile.Read(path);
        var added = TokenizerJson.AddedTokens(root, path).Select(token => token.Id).ToHashSet();
        var ids = pieces.Index().Where(piece => !added.Contains(piece.Index)).ToDictionary(piece => piece.Item, piece => piece.Index);
        if (ids.Keys.Count(piece => piece.Length == 1) is < Bytes and var letters)
            throw new ModelLoadException($"'{path}' has {letters} pieces of one letter; each of the {Bytes} bytes must have one.");
        var options = new BpeOptions(ids)
        {
            ByteLevel = true,
            Merges = [.. model.Elements("merges").Select((merge, i) => Merge(merge, i, path))],
            PreTokenizer = new RegexPreTokenizer(Parts(), specialTokens: null),
        };
        var steps = TokenizerJson.Normalizers(root).Select(part => NormalizerJson.Step(part, path)).ToList();
        var tokenizer = ModelLoadException.Explain($"'{path}' is not a BPE model that can be run", () => BpeTokenizer.Create(options));
        return new ByteLevelBpeSubwordTokenizer(tokenizer, pieces, steps, ids.Values.Max());
    }

    public IReadOnlyList<int> Encode(ReadOnlySpan<char> word) =>
        _steps.Through(word.ToString()) is { Length: > 0 } text ? _tokenizer.EncodeToIds($" {text}") : [];

    public string Piece(int id) => id >= 0 && id < _pieces.Length ? _pieces[id] : "";

    /// <summary>Whether a file's words are cut into bytes: only then has every text its pieces.</summary>
    internal static bool IsByteLevel(JsonElement root) => ByteLevelPart(root) is not null;

    private static JsonElement? ByteLevelPart(JsonElement root) =>
        TokenizerJson.PreTokenizers(root).ToList() is [var only] && only.String("type") == "ByteLevel" ? only : null;

    private static void RequireByteLevel(JsonElement root, JsonElement model, string path)
    {
        if (ByteLevelPart(root) is not { } part || !(part.Bool("use_regex") ?? true))
            throw new ModelLoadException($"'{path}': the pre-tokenizer of a BPE model must be ByteLevel by itself, with its own pattern.");
        foreach (var name in (ReadOnlySpan<string>)["continuing_subword_prefix", "end_of_word_suffix"])
            if (model.String(name) is { Length: > 0 } value)
                throw new ModelLoadException($"'{path}': model.{name} is '{value}'; byte-level BPE has none.");
        foreach (var name in (ReadOnlySpan<string>)["ignore_merges", "byte_fallback"])
            if (model.Bool(name) ?? false)
                throw new ModelLoadException($"'{path}': model.{name} is true, which this service does not do.");
    }

    /// <summary>A merge as the library takes it: older files have a text of two pieces, newer ones a pair.</summary>
    private static string Merge(JsonElement merge, int index, string path) =>
        merge.ValueKind == JsonValueKind.String ? merge.GetString()!
        : merge.ValueKind == JsonValueKind.Array && merge.EnumerateArray().All(piece => piece.ValueKind == JsonValueKind.String)
            ? string.Join(' ', merge.EnumerateArray().Select(piece => piece.GetString()))
        : throw new ModelLoadException($"'{path}': model.merges[{index}] is not a pair of pieces.");

    /// <summary>The parts that no merge crosses, as GPT-2 has them; each but the first of a text begins with its space.</summary>
    [GeneratedRegex(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Parts();
}
