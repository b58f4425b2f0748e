using System.Text.Json;
using NerService.Inference.Decoding;
using NerService.Text.Documents;

namespace NerService.Inference.Models;

/// <summary>What a manifest must keep to beyond its shape.</summary>
internal static class ModelManifestRules
{
    /// <summary>Subwords of a window at most: attention costs the square of it.</summary>
    private const int MaxWindow = 8192;

    /// <summary>Characters of a token and of what begins its further pieces at most: the library that runs WordPiece takes as much of the stack for
    /// each token.</summary>
    private const int MaxCharacters = 1000,
        MaxPrefix = 16;

    /// <summary>
    /// Members that may hold anything, null too: those for people, and the special token before a text, of which a model must say that it has none.
    /// </summary>
    private static readonly string[] Free = ["provenance", "scores", "report", "beginId"];

    /// <summary>Refuses a null elsewhere: a member that has nothing to say is left out.</summary>
    /// <exception cref="ModelLoadException">Says where the null stands.</exception>
    internal static void CheckNulls(JsonElement json, string path, string at = "")
    {
        if (json.ValueKind == JsonValueKind.Null)
            throw new ModelLoadException($"'{path}' is not a valid manifest: {at} is null.");
        if (json.ValueKind == JsonValueKind.Array)
            foreach (var (i, element) in json.EnumerateArray().Index())
                CheckNulls(element, path, $"{at}[{i}]");
        if (json.ValueKind == JsonValueKind.Object)
            foreach (var member in json.EnumerateObject().Where(member => !Free.Contains(member.Name)))
                CheckNulls(member.Value, path, at.Length == 0 ? member.Name : $"{at}.{member.Name}");
    }

    /// <summary>Checks a manifest against itself.</summary>
    /// <exception cref="ModelLoadException">Says which member is wrong, what it is and what is allowed.</exception>
    internal static void Check(ModelManifest manifest, string path)
    {
        var (window, tokenizer) = (manifest.Window, manifest.Tokenizer);
        Require(manifest.SchemaVersion == 1, $"schemaVersion is {manifest.SchemaVersion}; this service reads 1");
        Require(!string.IsNullOrWhiteSpace(manifest.Name), "name is empty");
        Require(!string.IsNullOrWhiteSpace(manifest.Version), "version is empty");
        Require(
            manifest.Outputs.ContainsKey(manifest.DefaultOutput),
            $"defaultOutput '{manifest.DefaultOutput}' is not among outputs ({string.Join(", ", manifest.Outputs.Keys)})"
        );
        Require(manifest.Folding is "model" or "none", $"folding is '{manifest.Folding}'; known are model and none");
        Require(tokenizer.MaxSubwordsPerWord >= 1, $"tokenizer.maxSubwordsPerWord is {tokenizer.MaxSubwordsPerWord}; at least 1 is needed");
        Require(
            tokenizer.MaxCharactersPerToken is null or (>= 1 and <= MaxCharacters),
            $"tokenizer.maxCharactersPerToken is {tokenizer.MaxCharactersPerToken}; it must lie between 1 and {MaxCharacters}"
        );
        Require(
            tokenizer.ContinuingPrefix is null or { Length: <= MaxPrefix },
            $"tokenizer.continuingPrefix has {tokenizer.ContinuingPrefix?.Length} characters; at most {MaxPrefix} are allowed"
        );
        Require(
            tokenizer.IdOffset is >= 0 and <= short.MaxValue,
            $"tokenizer.idOffset is {tokenizer.IdOffset}; it must lie between 0 and {short.MaxValue}"
        );
        Require(window.Size <= MaxWindow, $"window.size is {window.Size}; at most {MaxWindow} is allowed");
        Require(
            window.Size >= tokenizer.MaxSubwordsPerWord,
            $"window.size {window.Size} is smaller than tokenizer.maxSubwordsPerWord {tokenizer.MaxSubwordsPerWord}, so a word might not fit"
        );
        Require(
            !tokenizer.PlaceKindsApart || window.Size >= 2 * tokenizer.MaxSubwordsPerWord,
            $"window.size {window.Size} is smaller than twice tokenizer.maxSubwordsPerWord {tokenizer.MaxSubwordsPerWord}, which a noun of place and "
                + "proclitics apart from it may have (tokenizer.placeKindsApart)"
        );
        Require(
            window.Overlap >= 0 && window.Overlap <= window.Size / 2,
            $"window.overlap {window.Overlap} must lie between 0 and half of window.size {window.Size}"
        );
        Require(
            window.Size <= manifest.Onnx.MaxPositions - 2,
            $"window.size {window.Size} with its two special tokens exceeds onnx.maxPositions {manifest.Onnx.MaxPositions}"
        );
        Require(SourceText.FromText(manifest.WarmUp.Text).WordCount > 0, "warmUp.text has no word; the model answers it before it serves");
        foreach (var (type, threshold) in manifest.Arbiter?.KeepFrom ?? new Dictionary<string, double>())
            Require(threshold is >= 0 and <= 1, $"arbiter.keepFrom.{type} is {threshold}; it must lie in [0, 1]");
        Require(
            manifest.Onnx.Inputs.GazetteerFeatures is null == manifest.GazetteerFeatures is null,
            "onnx.inputs.gazetteerFeatures names the input and gazetteerFeatures its bits; one is there without the other"
        );
        if (manifest.GazetteerFeatures is { } features)
            _ = FeatureLayout.Of(features.Bits, path);
        GraphSection.Validate(manifest.Onnx.Graphs, path);
        CheckLabels(manifest, path);

        void Require(bool holds, string message)
        {
            if (!holds)
                throw new ModelLoadException($"'{path}': {message}.");
        }
    }

    /// <summary>Checks that the ids of special tokens and of unknown words are ids of the tokenizer.</summary>
    /// <exception cref="ModelLoadException">Says which id it is and how many there are.</exception>
    internal static void CheckIds(TokenizerSection section, int vocabularySize, string path)
    {
        foreach (
            var (name, id) in ((string, int?)[])
                [("beginId", section.BeginId), ("endId", section.EndId), ("padId", section.PadId), ("unknownId", section.UnknownId)]
        )
            if (id < 0 || id >= vocabularySize)
                throw new ModelLoadException($"tokenizer.{name} is {id}; the ids of '{path}' run from 0 to {vocabularySize - 1}.");
    }

    private static void CheckLabels(ModelManifest manifest, string path)
    {
        var scheme = ModelLoadException.Explain($"'{path}': labelScheme", () => manifest.Scheme);
        foreach (var (output, labels) in manifest.Outputs)
            _ = ModelLoadException.Explain($"'{path}': outputs.{output}", () => new OutputLabels(labels, scheme));
    }
}
