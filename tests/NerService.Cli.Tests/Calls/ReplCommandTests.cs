namespace NerService.Cli.Tests.Calls;

public sealed class ReplCommandTests
{
    [Fact]
    public async Task A_server_that_is_away_is_told_of_at_each_line_and_does_not_end_the_session()
    {
        // Nothing listens at port 1.
        var run = await CommandRun.RunAsync("التقى سامح شكري\n:why\nزار باريس\n:history\n", "repl", "--server", "http://127.0.0.1:1");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(
            2,
            run.Error.Split('\n').Count(line => line.StartsWith("ner: Nothing answered at the server's address", StringComparison.Ordinal))
        );
        Assert.Contains("2\t\u2068زار باريس\u2069", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_exit_codes_are_told_once_in_the_help_of_the_whole()
    {
        Assert.Contains("Exit codes: 0", (await CommandRun.RunAsync("", "--help")).Out, StringComparison.Ordinal);
        foreach (var command in (string[])["tag", "eval", "batch", "worker", "call", "repl", "train-arbiter"])
            Assert.DoesNotContain("Exit codes", (await CommandRun.RunAsync("", command, "--help")).Out, StringComparison.Ordinal);
    }
}
