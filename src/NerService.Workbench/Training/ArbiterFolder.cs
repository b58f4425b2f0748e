using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using NerService.Extraction.Candidates;
using NerService.Extraction.Selection;
using NerService.Inference.Models;
using NerService.Text.Labels;

namespace NerService.Workbench.Training;

/// <summary>
/// Writes a trained arbiter into a model's folder: the classifier's file, its sum, and its section of the manifest. The rest stays as it is.
/// </summary>
internal static class ArbiterFolder
{
    private const string FileName = "arbiter.zip";

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the arbiter, and for people the names of the files it was trained on; the manifest is replaced in one step, last.</summary>
    /// <exception cref="ModelLoadException">The folder has no valid manifest.</exception>
    internal static void Write(string folder, TrainedArbiter arbiter, IReadOnlyList<string> trainedOn)
    {
        _ = ModelManifest.Read(folder);
        var path = Path.Combine(folder, FileName);
        using (var stream = File.Create(path))
            arbiter.Save(stream);
        var sum = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));

        var manifestPath = Path.Combine(folder, ModelManifest.FileName);
        var manifest = JsonNode.Parse(File.ReadAllText(manifestPath))!.AsObject();
        manifest["files"]!.AsObject()[FileName] = new JsonObject { ["sha256"] = sum };
        manifest["arbiter"] = new JsonObject
        {
            ["file"] = FileName,
            ["features"] = new JsonArray([.. CandidateFeatures.Names.Select(name => JsonValue.Create(name))]),
            ["calibration"] = new JsonObject(
                arbiter.Calibration.Select((platt, type) => KeyValuePair.Create(((EntityType)type).ToTag(), (JsonNode?)Scaling(platt)))
            ),
            ["confidence"] = Scaling(arbiter.Confidence),
            ["keepFrom"] = new JsonObject(
                EntityTags.Types.Select(type => KeyValuePair.Create(type.ToTag(), (JsonNode?)Math.Round(arbiter.KeepFrom[type], 4)))
            ),
            ["report"] = Report(arbiter.Report, trainedOn),
        };
        var temporary = manifestPath + ".new";
        File.WriteAllText(temporary, manifest.ToJsonString(Readable) + "\n");
        File.Move(temporary, manifestPath, overwrite: true);
    }

    private static JsonObject Scaling(Platt platt) => new() { ["slope"] = platt.Slope, ["offset"] = platt.Offset };

    private static JsonObject Report(ArbiterReport report, IReadOnlyList<string> trainedOn) =>
        new()
        {
            ["trainedOn"] = new JsonArray([.. trainedOn.Select(name => JsonValue.Create(name))]),
            ["protocol"] = $"{report.Repeats} times {report.Folds}-fold cross-validation by document; strict spans",
            ["f1ModelAlone"] = F1(report.Files[^1].ModelAlone),
            ["f1ModelInformed"] = F1(report.Files[^1].ModelInformed),
            ["f1GazetteerOff"] = F1(report.Files[^1].GazetteerOff),
            ["f1GazetteerOn"] = F1(report.Files[^1].GazetteerOn),
            ["eceBefore"] = Math.Round(report.Before[0].Ece, 4),
            ["eceKept"] = Math.Round(report.After[0].Ece, 4),
            ["eceCandidates"] = Math.Round(report.Candidates[0].Ece, 4),
        };

    private static JsonValue? F1(SpanScore score) => score.F1 is { } f1 ? JsonValue.Create(Math.Round(f1, 2)) : null;
}
