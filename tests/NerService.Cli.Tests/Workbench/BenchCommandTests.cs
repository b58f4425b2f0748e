using System.Text.Json;
using NerService.Text.Words;
using NerService.Workbench.Benchmark;

namespace NerService.Cli.Tests.Workbench;

public sealed class BenchCommandTests
{
    [Fact]
    public async Task Both_sides_and_their_ratio_are_printed_as_json()
    {
        var run = await CommandRun.RunAsync("", "bench", "--json", "--documents", "8", "--words", "10", "--rounds", "1");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        using var json = JsonDocument.Parse(Assert.Single(run.Lines));
        Assert.Equal(80, json.RootElement.GetProperty("words").GetInt32());
        foreach (var name in (string[])["extractorSubwordsPerSecond", "sessionSubwordsPerSecond", "ratio", "singleSentenceMs"])
            Assert.True(json.RootElement.GetProperty(name).GetDouble() > 0, name);
        Assert.InRange(json.RootElement.GetProperty("paddingShare").GetDouble(), 0.01, 0.7);
    }

    [Fact]
    public async Task A_report_in_html_draws_the_latencies()
    {
        using var report = new TemporaryFile("");
        var run = await BenchAsync("--html", report.Path);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var html = await File.ReadAllTextAsync(report.Path, TestContext.Current.CancellationToken);
        Assert.Equal(2, html.Split("<svg").Length - 1);
        Assert.Contains("one sentence, nothing else running", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_graph_is_compared_with_run_by_run_on_all_cores()
    {
        var run = await CommandRun.RunAsync("", "bench", "--json", "--documents", "4", "--words", "10", "--rounds", "1", "--baseline", "fp32");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        using var json = JsonDocument.Parse(Assert.Single(run.Lines));
        Assert.Equal("fp32", json.RootElement.GetProperty("baselineGraph").GetString());
        foreach (var name in (string[])["baselineSubwordsPerSecond", "baselineSpeedup", "baselineSingleSentenceMs", "singleSentenceOverBaseline"])
            Assert.True(json.RootElement.GetProperty(name).GetDouble() > 0, name);
    }

    [Fact]
    public async Task Each_length_of_document_gets_a_line()
    {
        var run = await BenchAsync("--json");
        Assert.Equal([12, 20], run.Lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("words").GetInt32()));
    }

    [Theory]
    [InlineData("--words '0'", "--words", "0")]
    [InlineData("--words 'x'", "--words", "30,x")]
    [InlineData("--callers needs --server", "--callers", "8")]
    [InlineData("--saturation needs --server", "--saturation")]
    [InlineData("--rate '-1'", "--server", "http://localhost:1", "--rate", "-1")]
    [InlineData("--duration is 0", "--server", "http://localhost:1", "--duration", "0")]
    [InlineData("--overload is 0", "--server", "http://localhost:1", "--overload", "0")]
    [InlineData("--metrics 'localhost'", "--server", "http://localhost:1", "--metrics", "localhost")]
    public async Task What_cannot_be_measured_is_refused_by_the_name_of_its_option(string what, params string[] arguments)
    {
        var run = await CommandRun.RunAsync("", ["bench", .. arguments]);
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.All(what.Split(' '), word => Assert.Contains(word, run.Error, StringComparison.Ordinal));
    }

    [Fact]
    public void Documents_are_cut_one_after_the_other_and_go_round()
    {
        var texts = BenchTexts.Make(["وصل لافروف.", "عاد شكري"], documents: 3, words: 3);
        Assert.Equal(["وصل لافروف .", "عاد شكري وصل", "لافروف . عاد"], texts);
        Assert.All(texts, text => Assert.Equal(3, WordSplitter.Split(text).Length));
    }

    /// <summary>Four documents of three words and four of five, where what is measured is not what is tested.</summary>
    private static Task<CommandRun> BenchAsync(params string[] options) =>
        CommandRun.RunAsync("", ["bench", .. SmallSetup.Options, "--documents", "4", "--words", "3,5", "--rounds", "1", .. options]);
}
