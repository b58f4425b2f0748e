using System.Globalization;
using System.Text.Json;
using NerService.Text;
using Spectre.Console;

namespace NerService.Cli.Evaluation;

/// <summary>Prints scores.</summary>
internal static class EvalReport
{
    /// <summary>Scores in percent as one line of JSON.</summary>
    internal static string Json(SpanScores scores)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            Write(json, "overall", scores.Overall);
            json.WriteStartObject("types");
            foreach (var (type, score) in scores.Types) Write(json, type.ToTag(), score);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }

    /// <summary>Scores as a table for people.</summary>
    internal static void WriteTable(TextWriter output, SpanScores scores)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("type");
        foreach (var column in (ReadOnlySpan<string>)["precision", "recall", "F1", "gold", "predicted", "correct"]) table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var (type, score) in scores.Types) AddRow(table, type.ToTag(), score);
        AddRow(table, "overall", scores.Overall);
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = 100;
        console.Write(table);
    }

    private static void AddRow(Table table, string name, SpanScore score) =>
        table.AddRow(name, Percent(score.Precision), Percent(score.Recall), Percent(score.F1), $"{score.Gold}", $"{score.Predicted}", $"{score.Correct}");

    private static string Percent(double value) => value.ToString("F2", CultureInfo.InvariantCulture);

    private static void Write(Utf8JsonWriter json, string name, SpanScore score)
    {
        json.WriteStartObject(name);
        json.WriteNumber("precision", Math.Round(score.Precision, 4));
        json.WriteNumber("recall", Math.Round(score.Recall, 4));
        json.WriteNumber("f1", Math.Round(score.F1, 4));
        json.WriteNumber("gold", score.Gold);
        json.WriteNumber("predicted", score.Predicted);
        json.WriteNumber("correct", score.Correct);
        json.WriteEndObject();
    }
}
