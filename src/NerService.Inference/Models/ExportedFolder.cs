using System.Text.Json;

namespace NerService.Inference.Models;

/// <summary>A manifest that was made from an exporter's files, and what there is to say about it.</summary>
/// <param name="Manifest">The manifest; its sums are those of the files as they were found, so they prove nothing.</param>
/// <param name="Notes">What was read from where.</param>
/// <param name="Warnings">What may be wrong.</param>
internal sealed record DerivedManifest(ModelManifest Manifest, IReadOnlyList<string> Notes, IReadOnlyList<string> Warnings);

/// <summary>
/// A model's folder as the usual exporters write it: <c>model.onnx</c> (or <c>onnx/model.onnx</c>), <c>config.json</c> with <c>id2label</c>, and the
/// tokenizer as <c>vocab.txt</c>, a SentencePiece file or <c>tokenizer.json</c>. There is no <c>model.json</c>: what it would say is derived.
/// </summary>
internal static class ExportedFolder
{
    /// <summary>Name of the model's configuration.</summary>
    internal const string ConfigFile = "config.json";

    /// <summary>
    /// Name of the optional file that says what the model's labels mean:
    /// <c>{ "scheme": "iob2", "labels": { "LABEL_0": "O", "LABEL_1": "B-PER" } }</c>. Either part may be missing.
    /// </summary>
    internal const string LabelFile = "labels.json";

    /// <summary>Subwords of a window, whatever longer texts the model could take: attention costs the square of it.</summary>
    private const int MaxWindow = 254;

    /// <summary>Names that exporters give the graph; the first that is there is served.</summary>
    private static readonly string[] GraphNames =
    [
        "model.onnx",
        "model_optimized.onnx",
        "model_quantized.onnx",
        "model_int8.onnx",
        "model_uint8.onnx",
        "model_qint8.onnx",
        "model_q8.onnx",
        "model_fp16.onnx",
    ];

    /// <summary>Where exporters put the graph.</summary>
    private static readonly string[] GraphFolders = ["", "onnx"];

    /// <summary>Files that say how the model is fed and what its labels mean.</summary>
    private static readonly string[] SettingFiles = [ConfigFile, LabelFile, .. ExportedTokenizer.SettingFiles];

    /// <summary>Whether the folder has an exporter's configuration and no manifest of this service.</summary>
    internal static bool IsOne(string folder) =>
        File.Exists(Path.Combine(folder, ConfigFile)) && !File.Exists(Path.Combine(folder, ModelManifest.FileName));

    /// <summary>Derives the manifest of a folder.</summary>
    /// <exception cref="ModelLoadException">Something that cannot be guessed is missing, or is of a kind that this service does not read; says which
    /// file would help.</exception>
    internal static DerivedManifest Derive(string folder) =>
        ModelLoadException.Guard(
            folder,
            () =>
            {
                var (notes, warnings) = (new List<string>(), new List<string>());
                var config = ModelFiles.JsonOf(folder, ConfigFile) ?? throw new ModelLoadException($"'{folder}' has no {ConfigFile}.");
                var onnxFile = OnnxFile(folder, notes);
                var graph = OnnxGraph.Read(Path.Combine(folder, onnxFile));
                var labels = ExportedLabels.Read(folder, config, notes, warnings);
                var tokenizer = ExportedTokenizer.Read(folder, config, notes, warnings);
                var inputs = Inputs(folder, graph, notes);
                var output = Output(folder, graph, labels.Labels.Count);
                var maxPositions = MaxPositions(folder, config, graph, tokenizer, notes);
                var size = Math.Min(maxPositions - 2, MaxWindow);
                if (size < 2)
                    throw new ModelLoadException($"'{folder}': the model takes {maxPositions} positions; at least 4 are needed.");
                string[] served = [onnxFile, .. ModelFolder.ExternalFiles(folder, onnxFile, graph), tokenizer.File];
                var sums = served
                    .Concat(SettingFiles.Where(name => File.Exists(Path.Combine(folder, name))))
                    .Distinct()
                    .ToDictionary(name => name, name => ModelFiles.Sha256(Path.Combine(folder, name)));
                var manifest = new ModelManifest
                {
                    SchemaVersion = 1,
                    Name = new DirectoryInfo(Path.GetFullPath(folder)).Name,
                    // Changes with every file that an answer depends on.
                    Version = ModelFiles.Sha256OfSums(sums.Values)[..12],
                    Description =
                        $"Derived from {ConfigFile} of an exported {config.String("model_type") ?? "model"}; there is no "
                        + $"{ModelManifest.FileName}, so no sums were verified.",
                    Files = served.ToDictionary(name => name, name => new ModelFile(sums[name])),
                    Onnx = new OnnxSection
                    {
                        Graphs = [new GraphSection { Name = Path.GetFileNameWithoutExtension(onnxFile), File = onnxFile }],
                        Inputs = inputs,
                        MaxPositions = maxPositions,
                    },
                    Outputs = new Dictionary<string, IReadOnlyList<string>> { [output] = labels.Labels },
                    LabelScheme = labels.Scheme.ToString().ToLowerInvariant(),
                    DefaultOutput = output,
                    Tokenizer = tokenizer with { MaxSubwordsPerWord = Math.Min(tokenizer.MaxSubwordsPerWord, size) },
                    Window = new WindowSection(size, size / 4),
                    WarmUp = new WarmUpSection(ModelCheck.SampleSentence, []),
                };
                ModelManifestRules.Check(manifest, Path.Combine(folder, ConfigFile));
                notes.Add($"Windows hold {size} subwords and reach back {size / 4}.");
                notes.Add(
                    "Words are folded before they are fed: tashkeel and tatweel dropped, presentation forms and Persian letters as Arabic ones "
                        + "(folding: model)."
                );
                return new DerivedManifest(manifest, notes, warnings);
            }
        );

    private static string OnnxFile(string folder, List<string> notes)
    {
        var found = GraphFolders
            .Where(place => Directory.Exists(Path.Combine(folder, place)))
            .SelectMany(place =>
                Directory.EnumerateFiles(Path.Combine(folder, place), "*.onnx").Select(file => Path.Combine(place, Path.GetFileName(file)))
            )
            .Order(StringComparer.Ordinal)
            .ToList();
        var file =
            GraphNames.SelectMany(name => GraphFolders.Select(place => Path.Combine(place, name))).FirstOrDefault(found.Contains)
            ?? (found.Count == 1 ? found[0] : null);
        if (file is null && found.Count > 0)
            throw new ModelLoadException(
                $"'{folder}' has the graphs {string.Join(", ", found)}, none by a usual name; rename the one to serve " + $"to {GraphNames[0]}."
            );
        if (file is null)
            throw new ModelLoadException(
                $"'{folder}' has neither {GraphNames[0]} nor onnx/{GraphNames[0]} nor any other graph (*.onnx); export the model to ONNX first."
            );
        var others = found.Where(other => other != file).ToList();
        notes.Add(others.Count == 0 ? $"The graph is {file}." : $"The graph is {file}; not used: {string.Join(", ", others)}.");
        return file;
    }

    private static OnnxInputs Inputs(string folder, OnnxGraph graph, List<string> notes)
    {
        var names = graph.Inputs.Select(i => i.Name).ToList();
        foreach (var needed in (ReadOnlySpan<string>)["input_ids", "attention_mask"])
            if (!names.Contains(needed))
                throw new ModelLoadException($"'{folder}': the graph has no input '{needed}'; its inputs are {string.Join(", ", names)}.");
        if (names.Find(name => name is not ("input_ids" or "attention_mask" or "token_type_ids")) is { } extra)
            throw new ModelLoadException(
                $"'{folder}': the graph wants an input '{extra}'; this service feeds input_ids, attention_mask and token_type_ids."
            );
        var hasTypes = names.Contains("token_type_ids");
        notes.Add($"The graph takes {string.Join(", ", names)}.");
        if (graph.Fixed("input_ids", 0) is { } batch)
            notes.Add($"The graph's batch is fixed at {batch}, so windows do not share a run.");
        return new OnnxInputs("input_ids", "attention_mask", hasTypes ? "token_type_ids" : null);
    }

    private static string Output(string folder, OnnxGraph graph, int labels)
    {
        var fitting = graph.Outputs.Where(o => o.Dimensions.Count == 3 && (o.Dimensions[2] == labels || o.Dimensions[2] < 0)).ToList();
        var output = fitting.Find(o => o.Name == "logits") ?? (fitting.Count == 1 ? fitting[0] : null);
        return output?.Name
            ?? throw new ModelLoadException(
                $"'{folder}': the graph has no output of shape [batch, sequence, {labels}] for the {labels} labels of {ConfigFile}; its outputs are "
                    + $"{string.Join(", ", graph.Outputs.Select(o => $"{o.Name} [{string.Join(", ", o.Dimensions)}]"))}. Was it exported for token "
                    + "classification?"
            );
    }

    private static int MaxPositions(string folder, JsonElement config, OnnxGraph graph, TokenizerSection tokenizer, List<string> notes)
    {
        var positions = config.Int("max_position_embeddings");
        // These models number positions from the padding id on, so the first ones are never used.
        if (positions is not null && config.String("model_type") is "roberta" or "xlm-roberta" or "camembert")
            positions -= tokenizer.PadId + 1;
        // Tokenizers without a limit say so with 10^30.
        var limit = ModelFiles.JsonOf(folder, "tokenizer_config.json")?.Number("model_max_length") is { } stated and >= 1 and < 1_000_000
            ? (int?)stated
            : null;
        if (positions is null && limit is null)
            notes.Add("Neither max_position_embeddings nor model_max_length is given; 512 positions are assumed.");
        var max = Math.Min(positions ?? limit ?? 512, limit ?? positions ?? 512);
        if (graph.Fixed("input_ids", 1) is { } length)
        {
            notes.Add($"The graph's length is fixed at {length}: every window is padded to it.");
            max = Math.Min(max, length);
        }
        notes.Add($"The model takes {max} positions, special tokens included.");
        return max;
    }
}
