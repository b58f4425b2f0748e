using System.Security.Cryptography;
using System.Text.Json;

namespace NerService.Inference.Models;

/// <summary>A manifest that was made from an exporter's files, and what there is to say about it.</summary>
/// <param name="Manifest">The manifest; its sums are those of the files as they were found, so they prove nothing.</param>
/// <param name="Notes">What was read from where.</param>
/// <param name="Warnings">What may be wrong.</param>
public sealed record DerivedManifest(ModelManifest Manifest, IReadOnlyList<string> Notes, IReadOnlyList<string> Warnings);

/// <summary>
/// A model's folder as the usual exporters write it: <c>model.onnx</c> (or <c>onnx/model.onnx</c>), <c>config.json</c> with <c>id2label</c>, and the tokenizer
/// as <c>vocab.txt</c>, a SentencePiece file or <c>tokenizer.json</c>. There is no <c>model.json</c>: what it would say is derived.
/// </summary>
public static class ExportedFolder
{
    /// <summary>Name of the model's configuration.</summary>
    public const string ConfigFile = "config.json";

    /// <summary>
    /// Name of the optional file that says what the model's labels mean:
    /// <c>{ "scheme": "iob2", "labels": { "LABEL_0": "O", "LABEL_1": "B-PER" } }</c>. Either part may be missing.
    /// </summary>
    public const string LabelFile = "labels.json";

    /// <summary>Subwords of a window, whatever longer texts the model could take: attention costs the square of it.</summary>
    private const int MaxWindow = 254;

    private static readonly string[] GraphFiles = ["model.onnx", "onnx/model.onnx"];

    /// <summary>Whether the folder has an exporter's configuration and no manifest of this service.</summary>
    public static bool IsOne(string folder) => File.Exists(Path.Combine(folder, ConfigFile)) && !File.Exists(Path.Combine(folder, ModelManifest.FileName));

    /// <summary>Derives the manifest of a folder.</summary>
    /// <exception cref="ModelLoadException">Something that cannot be guessed is missing, or is of a kind that this service does not read; says which file would help.</exception>
    public static DerivedManifest Derive(string folder)
    {
        var (notes, warnings) = (new List<string>(), new List<string>());
        var config = ExportedJson.Read(folder, ConfigFile) ?? throw new ModelLoadException($"'{folder}' has no {ConfigFile}.");
        var graph = GraphFiles.FirstOrDefault(name => File.Exists(Path.Combine(folder, name)))
            ?? throw new ModelLoadException($"'{folder}' has neither {string.Join(" nor ", GraphFiles)}; export the model to ONNX first.");
        var header = OnnxGraphHeader.Read(Path.Combine(folder, graph));
        var labels = ExportedLabels.Read(folder, config, notes, warnings);
        var tokenizer = ExportedTokenizer.Read(folder, config, notes, warnings);
        var maxPositions = MaxPositions(folder, config, tokenizer, notes);
        var size = Math.Min(maxPositions - 2, MaxWindow);
        if (size < 2) throw new ModelLoadException($"'{folder}': the model takes {maxPositions} positions; at least 4 are needed.");
        var files = Files(folder, graph, tokenizer.File);
        var manifest = new ModelManifest
        {
            SchemaVersion = 1,
            Name = new DirectoryInfo(Path.GetFullPath(folder)).Name,
            Version = files[graph].Sha256[..12],
            Description = $"Derived from {ConfigFile} of an exported {config.String("model_type") ?? "model"}; there is no {ModelManifest.FileName}, so no sums were verified.",
            Files = files,
            Onnx = new OnnxSection { Graphs = [new GraphSection { Name = Path.GetFileNameWithoutExtension(graph), File = graph }], Inputs = Inputs(folder, header, notes), MaxPositions = maxPositions },
            Outputs = new Dictionary<string, IReadOnlyList<string>> { [Output(folder, header, labels.Labels.Count)] = labels.Labels },
            LabelScheme = labels.Scheme.ToString().ToLowerInvariant(),
            DefaultOutput = Output(folder, header, labels.Labels.Count),
            Tokenizer = tokenizer with { MaxSubwordsPerWord = Math.Min(tokenizer.MaxSubwordsPerWord, size) },
            Window = new WindowSection(size, size / 4),
        };
        manifest.Validate(Path.Combine(folder, ConfigFile));
        notes.Add($"Windows hold {size} subwords and reach back {size / 4}.");
        notes.Add("Words are folded before they are fed: tashkeel and tatweel dropped, presentation forms and Persian letters as Arabic ones (folding: model).");
        return new DerivedManifest(manifest, notes, warnings);
    }

    private static OnnxInputs Inputs(string folder, OnnxGraphHeader header, List<string> notes)
    {
        var names = header.Inputs.Select(i => i.Name).ToList();
        foreach (var needed in (ReadOnlySpan<string>)["input_ids", "attention_mask"])
            if (!names.Contains(needed)) throw new ModelLoadException($"'{folder}': the graph has no input '{needed}'; its inputs are {string.Join(", ", names)}.");
        if (names.Find(name => name is not ("input_ids" or "attention_mask" or "token_type_ids")) is { } extra)
            throw new ModelLoadException($"'{folder}': the graph wants an input '{extra}'; this service feeds input_ids, attention_mask and token_type_ids.");
        var hasTypes = names.Contains("token_type_ids");
        notes.Add($"The graph takes {string.Join(", ", names)}.");
        return new OnnxInputs("input_ids", "attention_mask", hasTypes ? "token_type_ids" : null);
    }

    private static string Output(string folder, OnnxGraphHeader header, int labels)
    {
        var fitting = header.Outputs.Where(o => o.Dimensions.Count == 3 && (o.Dimensions[2] == labels || o.Dimensions[2] < 0)).ToList();
        var output = fitting.Find(o => o.Name == "logits") ?? (fitting.Count == 1 ? fitting[0] : null);
        return output?.Name ?? throw new ModelLoadException(
            $"'{folder}': the graph has no output of shape [batch, sequence, {labels}] for the {labels} labels of {ConfigFile}; its outputs are {string.Join(", ", header.Outputs.Select(o => $"{o.Name} [{string.Join(", ", o.Dimensions)}]"))}. Was it exported for token classification?");
    }

    private static int MaxPositions(string folder, JsonElement config, TokenizerSection tokenizer, List<string> notes)
    {
        var positions = config.Int("max_position_embeddings");
        // These models number positions from the padding id on, so the first ones are never used.
        if (positions is not null && config.String("model_type") is "roberta" or "xlm-roberta" or "camembert") positions -= tokenizer.PadId + 1;
        // Tokenizers without a limit say so with 10^30.
        var limit = ExportedJson.Read(folder, "tokenizer_config.json")?.Number("model_max_length") is { } length and >= 1 and < 1_000_000 ? (int?)length : null;
        if (positions is null && limit is null) notes.Add("Neither max_position_embeddings nor model_max_length is given; 512 positions are assumed.");
        var max = Math.Min(positions ?? limit ?? 512, limit ?? positions ?? 512);
        notes.Add($"The model takes {max} positions, marks included.");
        return max;
    }

    private static Dictionary<string, ModelFile> Files(string folder, params string[] names)
    {
        var files = new Dictionary<string, ModelFile>();
        foreach (var name in names)
        {
            using var stream = File.OpenRead(Path.Combine(folder, name));
            files[name] = new ModelFile(Convert.ToHexStringLower(SHA256.HashData(stream)));
        }
        return files;
    }
}

/// <summary>Reading the JSON files of exporters.</summary>
internal static class ExportedJson
{
    /// <summary>The root object of a file; null when there is no such file.</summary>
    /// <exception cref="ModelLoadException">The file holds no JSON object.</exception>
    internal static JsonElement? Read(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        if (!File.Exists(path)) return null;
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw new ModelLoadException($"'{path}' holds no JSON object.");
            return document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            throw new ModelLoadException($"'{path}' is no JSON: {e.Message}", e);
        }
    }

    /// <summary>A text, or the <c>content</c> of an object as special tokens are written.</summary>
    internal static string? String(this JsonElement json, string name)
    {
        if (!json.TryGetProperty(name, out var value)) return null;
        if (value.ValueKind == JsonValueKind.Object) return value.String("content");
        return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }

    internal static double? Number(this JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    internal static int? Int(this JsonElement json, string name) => json.Number(name) is { } number && number is >= int.MinValue and <= int.MaxValue ? (int)number : null;

    internal static bool? Bool(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : null;
}
