using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using NerService.Text.Clitics;
using NerService.Text.Folding;

namespace NerService.Inference.Models;

/// <summary>
/// What a model's folder holds and how the model must be fed: the content of its <c>model.json</c>. Its larger sections have properties, not
/// constructors: a value of the wrong kind is then told with the kind wanted, not with the section's.
/// </summary>
public sealed record ModelManifest
{
    /// <summary>File name of the manifest in a model's folder.</summary>
    public const string FileName = "model.json";

    /// <summary>An unknown member, a null and a missing required member are errors. By reflection: generated code would lose the properties'
    /// defaults.</summary>
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        WriteIndented = true,
        // Arabic is written as itself.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>The only schema version there is: 1.</summary>
    public required int SchemaVersion { get; init; }

    /// <summary>The model's name.</summary>
    public required string Name { get; init; }

    /// <summary>The model's version.</summary>
    public required string Version { get; init; }

    /// <summary>What the model is, in a sentence.</summary>
    public string Description { get; init; } = "";

    /// <summary>SPDX identifier of the weights' licence.</summary>
    public string License { get; init; } = "";

    /// <summary>Every file that loading needs, by name relative to the folder, with its SHA-256.</summary>
    public required IReadOnlyDictionary<string, ModelFile> Files { get; init; }

    /// <summary>The graphs and how they are fed.</summary>
    public required OnnxSection Onnx { get; init; }

    /// <summary>What the graphs are told of the gazetteer; null when they read none.</summary>
    public GazetteerFeaturesSection? GazetteerFeatures { get; init; }

    /// <summary>Labels of each output of the graph, in the order of its last dimension; more than one O means that those count as one.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Outputs { get; init; }

    /// <summary>How the labels of the outputs mark where an entity begins and ends: <c>iob2</c>, <c>iob1</c> or <c>iobes</c>. Default, when null:
    /// <c>iob2</c>.</summary>
    public string? LabelScheme { get; init; }

    /// <summary>The output that is decoded when a request names none.</summary>
    public required string DefaultOutput { get; init; }

    /// <summary>How words become subwords.</summary>
    public required TokenizerSection Tokenizer { get; init; }

    /// <summary>Folding before encoding: <c>model</c> (see <see cref="FoldingProfile.Model"/>) or <c>none</c>.</summary>
    public string Folding { get; init; } = "model";

    /// <summary>How long documents are cut.</summary>
    public required WindowSection Window { get; init; }

    /// <summary>A sentence that the model must answer rightly before it serves.</summary>
    public required WarmUpSection WarmUp { get; init; }

    /// <summary>Where the weights and their data come from; for people.</summary>
    public JsonElement? Provenance { get; init; }

    /// <summary>Scores with their protocol; for people.</summary>
    public JsonElement? Scores { get; init; }

    /// <summary>The confidence model that belongs to this model; null when there is none.</summary>
    public ArbiterSection? Arbiter { get; init; }

    /// <summary>name@version.</summary>
    [JsonIgnore]
    public string Identity => $"{Name}@{Version}";

    /// <summary>The scheme of the labels.</summary>
    [JsonIgnore]
    internal Decoding.LabelScheme Scheme => Decoding.LabelSchemes.Parse(LabelScheme ?? "iob2");

    /// <summary>The manifest as the content of a <c>model.json</c>.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>Reads a manifest.</summary>
    /// <exception cref="ModelLoadException">The file is missing, is not JSON of this shape, or contradicts itself.</exception>
    public static ModelManifest Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            throw new ModelLoadException($"'{folder}' has no {FileName}, and no {ExportedFolder.ConfigFile} of an exporter either.");
        var json = ModelFiles.Json(path, "a valid manifest");
        ModelManifestRules.CheckNulls(json, path);
        try
        {
            var manifest = json.Deserialize<ModelManifest>(Json)!;
            ModelManifestRules.Check(manifest, path);
            return manifest;
        }
        catch (JsonException e)
        {
            throw new ModelLoadException($"'{path}' is not a valid manifest: {Reason(e)}", e);
        }
    }

    /// <summary>What is wrong with the JSON, in the words of the file: the reader's own tell the types of this program.</summary>
    private static string Reason(JsonException error)
    {
        var message = error.Message;
        if (message.Split(" could not be mapped") is [var property, _])
            return $"{property} is not known.";
        if (message.Split("required properties including: ") is [_, var missing])
            return $"It lacks {missing}";
        if (message.Split(" could not be converted to ") is not [_, var kind])
            return message;
        var wanted = kind.Split(". Path")[0] switch
        {
            var type when type.Contains("Dictionary", StringComparison.Ordinal) => "an object",
            var type when type.Contains("List", StringComparison.Ordinal) => "an array",
            var type when type.Contains("String", StringComparison.Ordinal) => "a string",
            var type when type.Contains("Boolean", StringComparison.Ordinal) => "true or false",
            var type when type.Contains("Int", StringComparison.Ordinal) => "a whole number",
            var type when type.StartsWith("System.", StringComparison.Ordinal) => "a number",
            _ => "an object",
        };
        return $"{error.Path?.TrimStart('$', '.')} must be {wanted} (line {error.LineNumber + 1}).";
    }
}

/// <summary>A file of the model.</summary>
/// <param name="Sha256">SHA-256 of its content, hexadecimal.</param>
public sealed record ModelFile(string Sha256);

/// <summary>The graphs and their inputs.</summary>
public sealed record OnnxSection
{
    /// <summary>Graphs of the same weights, the fastest first: the first whose need the processor meets is loaded. At least one.</summary>
    public required IReadOnlyList<GraphSection> Graphs { get; init; }

    /// <summary>Names of the graphs' inputs.</summary>
    public required OnnxInputs Inputs { get; init; }

    /// <summary>Positions the graphs have, special tokens included.</summary>
    public required int MaxPositions { get; init; }
}

/// <summary>Names of the graph's inputs, each [batch, sequence], int64 but for the last.</summary>
/// <param name="InputIds">Subword ids.</param>
/// <param name="AttentionMask">1 for a subword, 0 for padding.</param>
/// <param name="TokenTypeIds">Segment ids, all 0; null when the graph has none.</param>
/// <param name="GazetteerFeatures">What gazetteers propose, float [batch, sequence, bits]; null when the graph reads none.</param>
public sealed record OnnxInputs(string InputIds, string AttentionMask, string? TokenTypeIds = null, string? GazetteerFeatures = null)
{
    /// <summary>Those that the graph has, in the order in which it is fed.</summary>
    internal string[] Names => [.. new[] { InputIds, AttentionMask, TokenTypeIds, GazetteerFeatures }.OfType<string>()];
}

/// <summary>What the graphs are told of the gazetteer, at each word's first subword.</summary>
public sealed record GazetteerFeaturesSection
{
    /// <summary>What each number of the input means, in order: names of <see cref="FeatureLayout.Names"/>.</summary>
    public required IReadOnlyList<string> Bits { get; init; }

    /// <summary>The file of names of the training text that no list has: evidence, no entries. Null when the model has none.</summary>
    public string? SeenNames { get; init; }
}

/// <summary>How words become subwords.</summary>
public sealed record TokenizerSection
{
    /// <summary>SentencePiece with a Unigram model.</summary>
    public const string SentencePieceUnigram = "sentencepiece-unigram";

    /// <summary>SentencePiece, Unigram or BPE as the file says.</summary>
    public const string SentencePiece = "sentencepiece";

    /// <summary>WordPiece after BERT's basic tokenization.</summary>
    public const string WordPiece = "wordpiece";

    /// <summary>BPE over bytes, as RoBERTa uses it.</summary>
    public const string ByteLevelBpe = "byte-level-bpe";

    /// <summary><c>sentencepiece-unigram</c>, <c>sentencepiece</c>, <c>wordpiece</c> or <c>byte-level-bpe</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The tokenizer's file.</summary>
    public required string File { get; init; }

    /// <summary>
    /// Id of the special token before the first word; null for models without one (T5), whose positions are relative: its place is masked.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required int? BeginId { get; init; }

    /// <summary>Id of padding.</summary>
    public required int PadId { get; init; }

    /// <summary>Id of the special token after the last word.</summary>
    public required int EndId { get; init; }

    /// <summary>Id of a word that cannot be encoded.</summary>
    public required int UnknownId { get; init; }

    /// <summary>Subwords of one word that are fed; what is beyond is left out. No name is that long. Default 24.</summary>
    public int MaxSubwordsPerWord { get; init; } = 24;

    /// <summary>Whether the model reads a noun that says what kind of place is named (<see cref="PlaceKinds"/>) better apart from the proclitics
    /// before it (ل حي), unless its vocabulary has both as one subword (بمنطقة). The built-in one does: of the pieces of لحي and وميدان it has
    /// learned little. Of names that no list has it found two thirds after ب, ل or و and one of five such nouns, and 96 % when they are apart.
    /// Default false.</summary>
    public bool PlaceKindsApart { get; init; }

    /// <summary>SentencePiece: what is added to a piece's position in the file to make its id; XLM-R: 1. Default 0.</summary>
    public int IdOffset { get; init; }

    /// <summary>WordPiece: whether letters are lowercased. Default false.</summary>
    public bool Lowercase { get; init; }

    /// <summary>WordPiece: whether accents are dropped, the hamza of أ إ ؤ ئ and the madda of آ among them. Default false.</summary>
    public bool StripAccents { get; init; }

    /// <summary>WordPiece: whether each CJK ideograph is a token of its own. Default, when null: true.</summary>
    public bool? SplitIdeographs { get; init; }

    /// <summary>WordPiece: what begins a piece that continues a token. Default, when null: <c>##</c>.</summary>
    public string? ContinuingPrefix { get; init; }

    /// <summary>WordPiece: a token with more UTF-16 code units is unknown as a whole. Default, when null: 100.</summary>
    public int? MaxCharactersPerToken { get; init; }
}

/// <summary>How long documents are cut.</summary>
/// <param name="Size">Subwords a window holds at most, its two special tokens not counted.</param>
/// <param name="Overlap">Subwords the next window reaches back at most.</param>
public sealed record WindowSection(int Size, int Overlap);

/// <summary>A sentence that the model must answer rightly before it serves.</summary>
/// <param name="Text">The sentence; at least one word.</param>
/// <param name="Expect">Entities that the answer must hold; may be empty.</param>
public sealed record WarmUpSection(string Text, IReadOnlyList<WarmUpEntity> Expect);

/// <summary>An entity of the warm-up sentence.</summary>
/// <param name="Text">Verbatim.</param>
/// <param name="Type">PER, LOC or ORG, or the type as the model's labels name it.</param>
public sealed record WarmUpEntity(string Text, string Type);

/// <summary>The confidence model that belongs to a model.</summary>
public sealed record ArbiterSection
{
    /// <summary>Its file in the model's folder.</summary>
    public required string File { get; init; }

    /// <summary>The features it was trained on, in order.</summary>
    public required IReadOnlyList<string> Features { get; init; }

    /// <summary>Platt scaling of the classifier's score for each type (PER, LOC, ORG).</summary>
    public required IReadOnlyDictionary<string, PlattScaling> Calibration { get; init; }

    /// <summary>Platt scaling of a kept candidate's log-odds into its confidence: having been kept among several is evidence of its own.</summary>
    public required PlattScaling Confidence { get; init; }

    /// <summary>For each type (PER, LOC, ORG) the probability from which a candidate may be kept. In [0, 1].</summary>
    public required IReadOnlyDictionary<string, double> KeepFrom { get; init; }

    /// <summary>How it was trained and how well it did on documents held out; for people.</summary>
    public JsonElement? Report { get; init; }
}

/// <summary>P = 1 / (1 + exp(slope x score + offset)) (Platt, 1999).</summary>
/// <param name="Slope">Of the score.</param>
/// <param name="Offset">At score 0.</param>
public sealed record PlattScaling(double Slope, double Offset);
