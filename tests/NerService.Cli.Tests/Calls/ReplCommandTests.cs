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

    [Theory]
    [InlineData("u16le_bom.txt", "UTF-16LE")]
    [InlineData("u16le_nobom.txt", "UTF-16LE")]
    [InlineData("u32le.txt", "UTF-32LE")]
    public async Task An_input_of_another_encoding_ends_the_session_by_its_name(string name, string encoding)
    {
        var input = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "data", "encodings", name));
        var run = await CommandRun.RunAsync(input, "repl", "--server", "http://127.0.0.1:1");
        Assert.Equal((ExitCode.BadInput, ""), (run.ExitCode, run.Out));
        Assert.Contains($"ner: standard input is {encoding}, not UTF-8: ", run.Error, StringComparison.Ordinal);
        Assert.Contains($"iconv -f {encoding} -t UTF-8", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_byte_order_mark_is_not_part_of_the_first_line_and_one_letter_is_a_line()
    {
        var run = await CommandRun.RunAsync("\uFEFF:history\nب\n:history\n", "repl", "--server", "http://127.0.0.1:1");
        Assert.Contains("1\t\u2068ب\u2069", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_exit_codes_are_told_once_in_the_help_of_the_whole()
    {
        Assert.Contains("Exit codes: 0", (await CommandRun.RunAsync("", "--help")).Out, StringComparison.Ordinal);
        foreach (var command in (string[])["tag", "eval", "batch", "worker", "call", "repl", "train-arbiter"])
            Assert.DoesNotContain("Exit codes", (await CommandRun.RunAsync("", command, "--help")).Out, StringComparison.Ordinal);
    }
}
