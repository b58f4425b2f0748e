using System.Collections.Immutable;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using NerService.Workbench.Evaluation;
using NerService.Workbench.Training;
using Spectre.Console;

namespace NerService.Cli.Workbench;

/// <summary>Prints what <c>ner eval</c> found.</summary>
internal static class EvalReport
{
    private const int PageWidth = 110;

    /// <summary>Everything as one line of JSON; scores in percent.</summary>
    internal static string Json(Evaluation evaluation)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("scored", evaluation.System.Key);
            Write(json, "overall", evaluation.Overall);
            json.WriteStartObject("types");
            foreach (var (type, score) in evaluation.Types)
                Write(json, type, score);
            json.WriteEndObject();
            json.WriteStartObject("calibration");
            foreach (var report in evaluation.Calibration)
                Write(json, report);
            json.WriteEndObject();
            if (!evaluation.Curve.IsEmpty)
            {
                json.WriteStartArray("curve");
                foreach (var (threshold, score) in evaluation.Curve)
                {
                    json.WriteStartObject();
                    json.WriteNumber("minConfidence", threshold);
                    WriteParts(json, score);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
            }
            if (!evaluation.Slices.IsEmpty)
            {
                json.WriteStartObject("slices");
                foreach (var slice in evaluation.Slices)
                    Write(json, slice.Name, slice.Score);
                json.WriteEndObject();
            }
            if (evaluation.UnknownTypes.Count > 0)
            {
                json.WriteStartObject("unknownTypes");
                foreach (var (type, count) in evaluation.UnknownTypes)
                    json.WriteNumber(type, count);
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }

    /// <summary>Everything as tables for people.</summary>
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
        var calibration = PlainTables.Of("type", "entities", "log-loss", "ECE", "by chance");
        foreach (var report in evaluation.Calibration)
            calibration.AddRow(
                report.Type.Length == 0 ? "overall" : report.Type,
                $"{report.Count}",
                Fraction(report.LogLoss),
                Fraction(report.Ece),
                Fraction(report.EceIfPerfect)
            );
        console.Write(calibration);

        if (!evaluation.Curve.IsEmpty)
        {
            output.WriteLine("Entities from a confidence on");
            console.Write(
                ScoreTable("confidence", [.. evaluation.Curve.Select(p => (p.Threshold.ToString("F2", CultureInfo.InvariantCulture), p.Score))])
            );
        }
        if (!evaluation.Slices.IsEmpty)
        {
            output.WriteLine("Parts of the files, and the files in another form");
            console.Write(ScoreTable("slice", [.. evaluation.Slices.Select(s => ($"{s.Name}: {s.Meaning}", s.Score))]));
        }
    }

    private static Table ScoreTable(string first, ImmutableArray<(string Name, SpanScore Score)> rows)
    {
        var table = PlainTables.Of(first, "precision", "recall", "F1", "gold", "returned", "right");
        foreach (var (name, score) in rows)
            table.AddRow(
                name,
                Percent(score.Precision),
                Percent(score.Recall),
                Percent(score.F1),
                $"{score.Wanted}",
                $"{score.Returned}",
                $"{score.Right}"
            );
        return table;
    }

    private static string Percent(double? value) => value?.ToString("F2", CultureInfo.InvariantCulture) ?? "-";

    private static string Fraction(double value) => value.ToString("F3", CultureInfo.InvariantCulture);

    private static void Write(Utf8JsonWriter json, string name, SpanScore score)
    {
        json.WriteStartObject(name);
        WriteParts(json, score);
        json.WriteEndObject();
    }

    private static void WriteParts(Utf8JsonWriter json, SpanScore score)
    {
        foreach (var (name, percent) in (ReadOnlySpan<(string, double?)>)[("precision", score.Precision), ("recall", score.Recall), ("f1", score.F1)])
            if (percent is { } defined)
                json.WriteNumber(name, Math.Round(defined, 4));
            else
                json.WriteNull(name);
        json.WriteNumber("gold", score.Wanted);
        json.WriteNumber("predicted", score.Returned);
        json.WriteNumber("correct", score.Right);
    }

    private static void Write(Utf8JsonWriter json, CalibrationReport report)
    {
        json.WriteStartObject(report.Type.Length == 0 ? "overall" : report.Type);
        json.WriteNumber("count", report.Count);
        json.WriteNumber("logLoss", Math.Round(report.LogLoss, 4));
        json.WriteNumber("ece", Math.Round(report.Ece, 4));
        json.WriteNumber("eceIfPerfect", Math.Round(report.EceIfPerfect, 4));
        json.WriteStartArray("bins");
        foreach (var bin in report.Reliability)
        {
            json.WriteStartObject();
            json.WriteNumber("count", bin.Count);
            json.WriteNumber("confidence", Math.Round(bin.MeanProbability, 4));
            json.WriteNumber("accuracy", Math.Round(bin.Accuracy, 4));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
