using System.Text.Json;
using NerService.Cli.Benchmark;
using NerService.Text;

namespace NerService.Cli.Tests;

public sealed class BenchCommandTests
{
    [Fact]
    public async Task Both_sides_and_their_ratio_are_printed_as_json()
    {
        var run = await CommandRun.RunAsync("", "bench", "--json", "--documents", "8", "--words", "10", "--rounds", "1");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        using var json = JsonDocument.Parse(Assert.Single(run.Lines));
        Assert.Equal(80, json.RootElement.GetProperty("words").GetInt32());
        foreach (var name in (string[])["extractorSubwordsPerSecond", "sessionSubwordsPerSecond", "ratio", "singleSentenceMs"]) Assert.True(json.RootElement.GetProperty(name).GetDouble() > 0, name);
        Assert.InRange(json.RootElement.GetProperty("paddingShare").GetDouble(), 0.01, 0.7);
    }

    [Fact]
    public async Task Numbers_below_one_are_refused() => Assert.Equal(ExitCode.Usage, (await CommandRun.RunAsync("", "bench", "--words", "0")).ExitCode);

    [Fact]
    public void Documents_are_cut_one_after_the_other_and_go_round()
    {
        var texts = BenchTexts.Make(["وصل لافروف.", "عاد شكري"], documents: 3, words: 3);
        Assert.Equal(["وصل لافروف .", "عاد شكري وصل", "لافروف . عاد"], texts);
        Assert.All(texts, text => Assert.Equal(3, WordSplitter.Split(text).Length));
    }
}
