namespace NerService.FunctionalTests.Server;

public sealed class SkippedGazetteerLinesTests : IDisposable
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_log_the_metrics_and_the_service_say_how_many_lines_were_left_out()
    {
        // Two lines in a spreadsheet's quotation marks, one good one.
        var names = _folder["own.tsv"];
        await File.WriteAllTextAsync(names, "\"الزهيرية\"\tLOC\tx1\t1\n\"نخيل الواحة\"\tORG\tx2\t1\nمومباسا\tLOC\tx3\t5\n", Cancel);
        // In a process of its own: the servers of one process tell the same gauges.
        using var server = ServerProcess.Start($"Gazetteer:Files:0={names}", "Gazetteer:BadLines=Skip");
        await server.UntilServingAsync();

        using var channel = RunningServer.Connect(server.Url);
        var client = new Contracts.V1.NerService.NerServiceClient(channel);
        var info = await client.GetServiceInfoAsync(new Contracts.V1.GetServiceInfoRequest(), cancellationToken: Cancel);
        Assert.Equal(2, info.Gazetteer.SkippedLines);
        using var http = new HttpClient();
        Assert.Matches(@"(?m)^ner_gazetteer_skipped_lines\S* 2\b", await http.GetStringAsync(new Uri(server.AdminUrl, "/metrics"), Cancel));
        server.Terminate();
        await server.ExitedAsync();
        Assert.Contains($"left out: 2, the first {names}:1:", server.Output, StringComparison.Ordinal);
    }
}
