using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using NerService.Workbench.Evaluation;
using NerService.Workbench.Training;
using Spectre.Console;

namespace NerService.Cli.Workbench;

/// <summary>Prints what <c>ner eval</c> found.</summary>
internal static class EvalReport
{
    private const int PageWidth = 110;

    private static readonly JsonSerializerOptions ArabicAsItself = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Everything as one line of JSON; scores in percent.</summary>
    internal static string Json(Evaluation evaluation)
    {
        var json = new JsonObject
        {
            ["scored"] = evaluation.System.Key,
            ["overall"] = Json(evaluation.Overall),
            ["types"] = Named(evaluation.Types.Select(type => (type.Label, (JsonNode?)Json(type.Score)))),
            ["calibration"] = Named(evaluation.Calibration.Select(report => (NameOf(report), (JsonNode?)Json(report)))),
        };
        if (!evaluation.Curve.IsEmpty)
            json["curve"] = new JsonArray([.. evaluation.Curve.Select(point => Json(point.Score, point.Threshold))]);
        if (!evaluation.Slices.IsEmpty)
            json["slices"] = Named(evaluation.Slices.Select(slice => (slice.Name, (JsonNode?)Json(slice.Score))));
        if (evaluation.UnknownTypes.Count > 0)
            json["unknownTypes"] = Named(evaluation.UnknownTypes.Select(type => (type.Key, (JsonNode?)type.Value)));
        return json.ToJsonString(ArabicAsItself);
    }

    internal static void WriteTables(TextWriter output, Evaluation evaluation)
    {
        output.WriteLine($"Scored: {evaluation.System.Describe()}.");
        var console = PlainTables.Console(output, PageWidth);
        console.Write(ScoreTable("type", [.. evaluation.Types.Select(t => (t.Label, t.Score)), ("overall", evaluation.Overall)]));

        if (evaluation.Undefined is { } undefined)
            output.WriteLine(undefined);
        if (evaluation.UnknownTypes.Count > 0)
        {
            var unknown = evaluation.UnknownTypes.Select(type => $"{type.Key} {type.Value}");
            output.WriteLine($"Left out, of types that the service does not know: {string.Join(", ", unknown)}");
        }
        output.WriteLine(
            "Confidence of the entities returned (ECE: expected calibration error, 10 bins of equal mass; by chance: what perfect confidences "
                + "would show at this count)"
        );
        console.Write(
            PlainTables.Of(
                "type",
                evaluation.Calibration.Select(report => (NameOf(report), report)),
                ("entities", report => $"{report.Count}"),
                ("log-loss", report => Fraction(report.LogLoss)),
                ("ECE", report => Fraction(report.Ece)),
                ("by chance", report => Fraction(report.EceIfPerfect))
            )
        );

        if (!evaluation.Curve.IsEmpty)
        {
            output.WriteLine("Entities from a confidence on");
            console.Write(
                ScoreTable("confidence", evaluation.Curve.Select(p => (p.Threshold.ToString("F2", CultureInfo.InvariantCulture), p.Score)))
            );
        }
        if (!evaluation.Slices.IsEmpty)
        {
            output.WriteLine("Parts of the files, and the files in another form");
            console.Write(ScoreTable("slice", evaluation.Slices.Select(s => ($"{s.Name}: {s.Meaning}", s.Score))));
        }
    }

    private static Table ScoreTable(string first, IEnumerable<(string Name, SpanScore Score)> rows) =>
        PlainTables.Of(
            first,
            rows,
            ("precision", score => Percent(score.Precision)),
            ("recall", score => Percent(score.Recall)),
            ("F1", score => Percent(score.F1)),
            ("gold", score => $"{score.Wanted}"),
            ("returned", score => $"{score.Returned}"),
            ("right", score => $"{score.Right}")
        );

    private static string Percent(double? value) => value?.ToString("F2", CultureInfo.InvariantCulture) ?? "-";

    private static string Fraction(double value) => value.ToString("F3", CultureInfo.InvariantCulture);

    private static string NameOf(CalibrationReport report) => report.Type.Length == 0 ? "overall" : report.Type;

    private static JsonObject Named(IEnumerable<(string Name, JsonNode? Value)> members) =>
        new(members.Select(member => KeyValuePair.Create(member.Name, member.Value)));

    private static JsonObject Json(SpanScore score, double? minConfidence = null)
    {
        var json = new JsonObject();
        if (minConfidence is not null)
            json["minConfidence"] = minConfidence;
        json["precision"] = Rounded(score.Precision);
        json["recall"] = Rounded(score.Recall);
        json["f1"] = Rounded(score.F1);
        json["gold"] = score.Wanted;
        json["predicted"] = score.Returned;
        json["correct"] = score.Right;
        return json;
    }

    private static JsonObject Json(CalibrationReport report) =>
        new()
        {
            ["count"] = report.Count,
            ["logLoss"] = Rounded(report.LogLoss),
            ["ece"] = Rounded(report.Ece),
            ["eceIfPerfect"] = Rounded(report.EceIfPerfect),
            ["bins"] = new JsonArray([.. report.Reliability.Select(Json)]),
        };

    private static JsonObject Json(ReliabilityBin bin) =>
        new()
        {
            ["count"] = bin.Count,
            ["confidence"] = Rounded(bin.MeanProbability),
            ["accuracy"] = Rounded(bin.Accuracy),
        };

    private static double? Rounded(double? value) => value is { } defined ? Math.Round(defined, 4) : null;
}
