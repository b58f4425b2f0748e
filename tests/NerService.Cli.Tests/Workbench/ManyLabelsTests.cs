using System.Text.Json;
using NerService.Extraction.Snapshots;

namespace NerService.Cli.Tests.Workbench;

public sealed class ManyLabelsTests
{
    [Fact]
    public async Task A_model_of_many_labels_is_scored_under_each_of_them()
    {
        var model = ContentLocator.Resolve("tests/data/many-labels");
        var lines = new List<string>();
        foreach (var sentence in File.ReadLines(Path.Combine(model, "expected.jsonl")))
        {
            using var json = JsonDocument.Parse(sentence);
            var labels = json.RootElement.GetProperty("labels").EnumerateArray().Select(label => label.GetString());
            lines.AddRange(json.RootElement.GetProperty("words").EnumerateArray().Zip(labels, (word, label) => $"{word.GetString()}\t{label}"));
            lines.Add("");
        }
        using var gold = new TemporaryFile(string.Join('\n', lines));
        var run = await CommandRun.RunAsync("", "eval", "--model", model, "--json", gold.Path);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var report = JsonDocument.Parse(Assert.Single(run.Lines)).RootElement;
        Assert.False(report.TryGetProperty("unknownTypes", out _));
        // Places of several kinds stay apart, and what is not a person, place or organization is scored too.
        foreach (var label in (string[])["GPE", "LOC", "FAC", "DATE", "MONEY"])
            Assert.True(report.GetProperty("types").GetProperty(label).GetProperty("f1").GetDouble() > 90, label);
    }
}
