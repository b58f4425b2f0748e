using System.Text;
using NerService.Cli;

namespace NerService.Server.FunctionalTests;

/// <summary>The command line says the same whether the model runs in its own process or behind a server.</summary>
public sealed class CommandLineTests(SharedServer shared)
{
    private const string Lines = "وصل سيرغي لافروف إلى القاهرة\n\nالتقى سامح شكري نظيره في غزة.\n";

    [Theory]
    [InlineData("text")]
    [InlineData("conll")]
    public async Task Tagging_by_a_server_prints_what_tagging_in_process_prints(string format)
    {
        var (code, answer, error) = await RunAsync(Lines, "tag", "--format", format, "--server", shared.Server.Url.ToString());
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("لافروف", answer, StringComparison.Ordinal);
        Assert.Equal((await RunAsync(Lines, "tag", "--format", format)).Out, answer);
    }

    [Fact]
    public async Task A_document_that_the_server_refuses_is_reported_and_the_others_are_answered()
    {
        await using var server = await RunningServer.ServeAsync("Limits:MaxTextLength=20");
        var (code, answer, error) = await RunAsync($"{new string('غ', 21)}\nوصل إلى غزة\n", "tag", "--format", "json", "--server", server.Url.ToString());
        Assert.Equal(1, code);
        Assert.StartsWith("ner: document '1': InvalidArgument:", error, StringComparison.Ordinal);
        Assert.StartsWith("{\"documentId\":\"2\"", answer, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Out, string Error)> RunAsync(string input, params string[] arguments)
    {
        using var stdin = new MemoryStream(Encoding.UTF8.GetBytes(input));
        await using var output = new StringWriter { NewLine = "\n" };
        await using var error = new StringWriter { NewLine = "\n" };
        var code = await NerCommandLine.RunAsync(arguments, new CliStreams(stdin, output, error, OutIsTerminal: false, ErrorIsTerminal: false));
        return (code, output.ToString(), error.ToString());
    }
}
