using NerService.Cli.Tests;

namespace NerService.FunctionalTests.Cli;

/// <summary>The command line says the same whether the model runs in its own process or behind a server.</summary>
public sealed class CommandLineTests(SharedServer shared)
{
    private const string Lines = "وصل سيرغي لافروف إلى القاهرة\n\nالتقى سامح شكري نظيره في غزة.\n";

    [Theory]
    [InlineData("text")]
    [InlineData("conll")]
    public async Task Tagging_by_a_server_prints_what_tagging_in_process_prints(string format)
    {
        var (code, answer, error) = await CommandRun.RunAsync(Lines, "tag", "--format", format, "--server", shared.Server.Url.ToString());
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("لافروف", answer, StringComparison.Ordinal);
        Assert.Equal((await CommandRun.RunAsync(Lines, "tag", "--format", format)).Out, answer);
    }

    [Fact]
    public async Task Tagging_ends_when_the_reader_of_its_answers_has_gone()
    {
        using var process = NerProcess.StartShell($"yes غزة | {{ner}} tag - --server {shared.Server.Url} | head -2; echo ${{PIPESTATUS[1]}}");
        Assert.Equal("\u2068[غزة LOC]\u2069\n\u2068[غزة LOC]\u2069\n0\n", (await process.EndAsync()).Output);
    }

    [Fact]
    public async Task A_document_that_the_server_refuses_is_reported_and_the_others_are_answered()
    {
        await using var server = await RunningServer.ServeAsync("Limits:MaxTextLength=20");
        var (code, answer, error) = await CommandRun.RunAsync(
            $"{new string('غ', 21)}\nوصل إلى غزة\n",
            "tag",
            "--format",
            "json",
            "--server",
            server.Url.ToString()
        );
        Assert.Equal(1, code);
        Assert.StartsWith("ner: document '1': The server refused (TEXT_TOO_LONG):", error, StringComparison.Ordinal);
        Assert.StartsWith("{\"documentId\":\"2\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_sends_the_file_as_it_is_and_tells_the_timings()
    {
        // An emoji before the name: code points, the contract's default, and UTF-16 units differ.
        var (code, answer, error) = await CommandRun.RunAsync(
            """{"document": {"id": "7", "text": "😀 وصل سيرغي لافروف إلى القاهرة"}}""",
            "call",
            "-",
            "--server",
            shared.Server.Url.ToString()
        );
        Assert.Equal(0, code);
        Assert.Contains("\"offsetUnit\":\"OFFSET_UNIT_UNICODE_CODE_POINT\"", answer, StringComparison.Ordinal);
        Assert.Contains("\"start\":6", answer, StringComparison.Ordinal);
        Assert.Matches(@"^OK in [0-9.]+ ms: queue [0-9.]+, preparation [0-9.]+, inference [0-9.]+", error);
        Assert.Contains("model arabic-news@", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_prints_the_status_and_every_detail_of_a_refusal()
    {
        var (code, answer, error) = await CommandRun.RunAsync(
            """{"document": {"text": "نص"}, "options": {"minConfidence": 7}}""",
            "call",
            "-",
            "--server",
            shared.Server.Url.ToString()
        );
        Assert.Equal((5, ""), (code, answer));
        Assert.StartsWith("InvalidArgument in ", error, StringComparison.Ordinal);
        Assert.Contains("  options.min_confidence: ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"document\": {\"text\": 7}}", "is not an ExtractEntitiesRequest")]
    [InlineData("{\"texts\": \"\"}", "is not an ExtractEntitiesRequest")]
    public async Task Call_says_what_is_wrong_with_the_file(string json, string message) =>
        Assert.Contains(
            message,
            (await CommandRun.RunAsync(json, "call", "-", "--server", shared.Server.Url.ToString())).Error,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Repl_answers_line_by_line_in_the_form_asked_for_and_repeats_what_was_asked(bool server)
    {
        const string input = "سافر سامح شكري إلى باريس وباريس\n!!\n:json\n!1\n:history\n!9\n:why\nالتقى لافروف\n:quit\nغزة\n";
        string[] arguments = server ? ["repl", "--server", shared.Server.Url.ToString()] : ["repl"];
        var (code, answer, error) = await CommandRun.RunAsync(input, arguments);
        Assert.Equal(0, code);
        // Asked once and repeated once; the clitic is shown cut off, each name within an isolate.
        Assert.Equal(2, answer.Split("\n").Count(line => line.Contains("\u2068و+\u2069", StringComparison.Ordinal)));
        Assert.Single(answer.Split("\n"), line => line.StartsWith("{\"", StringComparison.Ordinal));
        Assert.Contains("1\t\u2068سافر سامح شكري إلى باريس وباريس\u2069", answer, StringComparison.Ordinal);
        Assert.Contains("B-PER", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("غزة", answer, StringComparison.Ordinal);
        Assert.Contains("ner: there is no line 9; the lines are 1 to 1.", error, StringComparison.Ordinal);
    }
}
