using System.CommandLine;

namespace NerService.Cli.Tests;

/// <summary>What holds for every option of its kind, whichever command it belongs to.</summary>
public sealed class CliOptionTests
{
    /// <summary>Every option and argument that names a file or folder, with a command line that gives it empty.</summary>
    public static TheoryData<string, string> Paths()
    {
        var paths = new TheoryData<string, string>();
        var all = NerCommandLine.Create(new CliStreams(Stream.Null, TextWriter.Null, TextWriter.Null, false, false));
        foreach (var (line, command) in Commands("", all))
        {
            foreach (var option in command.Options.Where(option => IsPath(option.HelpName)))
                paths.Add(line, option.Name);
            foreach (var argument in command.Arguments.Where(argument => IsPath(argument.Name)))
                paths.Add(line, argument.Name);
        }
        return paths;
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task A_file_or_folder_without_name_is_refused_by_the_name_of_its_option(string command, string name)
    {
        string[] given = name.StartsWith('-') ? [name, ""] : [""];
        var run = await CommandRun.RunAsync("", [.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), .. given]);
        Assert.Equal((ExitCode.Usage, ""), (run.ExitCode, run.Out));
        Assert.Contains($"ner: The value of {name} is empty.\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_kind_of_path_is_among_them()
    {
        var names = Paths().Select(row => row.Data.Item2).ToHashSet();
        Assert.Superset(
            new HashSet<string>
            {
                "FILE",
                "DIR",
                "--model",
                "--gazetteer-folder",
                "--gazetteer-file",
                "--ca",
                "--client-certificate",
                "--client-key",
                "--in",
                "--out",
                "--html",
                "--reliability",
                "--train",
                "--dev",
                "--extra",
                "--text",
                "--corpus",
            },
            names
        );
    }

    [Theory]
    [InlineData("--retries is 0; it must be at least 1.", "batch", "--in", "x", "--out", "y", "--retries", "0")]
    [InlineData("--retries is -3; it must be at least 1.", "worker", "--retries", "-3")]
    [InlineData("--pull is 10001; allowed are 1 to 10000.", "worker", "--pull", "10001")]
    [InlineData("--ack-wait is 0; it must be at least 1.", "queue", "submit", "--in", "x", "--ack-wait", "0")]
    [InlineData("--max-document-bytes is 0; allowed are 1 to 1000000000.", "batch", "--in", "x", "--out", "y", "--max-document-bytes", "0")]
    [InlineData("--folds is 1; it must be at least 2.", "train-arbiter", "--dev", "x", "--folds", "1")]
    [InlineData("--rounds is 0; it must be at least 1.", "bench", "--rounds", "0")]
    [InlineData("--max-document-bytes is 99999999999; allowed are 1 to 1000000000.", "batch", "--max-document-bytes", "99999999999")]
    [InlineData("--seed is 99999999999; allowed are -2147483648 to 2147483647.", "bench", "--seed", "99999999999")]
    [InlineData("--max-errors is -1; it must be at least 0.", "batch", "--in", "x", "--out", "y", "--max-errors", "-1")]
    public async Task A_number_out_of_bounds_is_refused_with_them(string message, params string[] arguments)
    {
        var run = await CommandRun.RunAsync("", arguments);
        Assert.Equal((ExitCode.Usage, ""), (run.ExitCode, run.Out));
        Assert.Contains($"ner: {message}\n", run.Error, StringComparison.Ordinal);
    }

    // A comma is no decimal point and parts no thousands: 0,1 was taken for 1, and every entity left out.
    [Theory]
    [InlineData("--min-confidence is '0,1', which is not a number, such as 0.5.", "tag", "--min-confidence", "0,1")]
    [InlineData("--min-confidence is 'high', which is not a number, such as 0.5.", "batch", "--min-confidence", "high")]
    [InlineData("--timeout is '1,5', which is not a number, such as 0.5.", "call", "--timeout", "1,5")]
    [InlineData("--threads is 'two', which is not a whole number; it must be at least 0.", "tag", "--threads", "two")]
    [InlineData("--token-column is 'last', which is not a whole number.", "eval", "x", "--token-column", "last")]
    [InlineData("--overload is '2x', which is not a number, such as 0.5.", "bench", "--overload", "2x")]
    public async Task What_is_no_number_is_refused_without_a_word_of_the_programs_types(string message, params string[] arguments)
    {
        var run = await CommandRun.RunAsync("", arguments);
        Assert.Equal((ExitCode.Usage, ""), (run.ExitCode, run.Out));
        Assert.Contains($"ner: {message}\n", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--server", "tag")]
    [InlineData("--api-key", "tag")]
    [InlineData("--types", "tag")]
    [InlineData("--deny", "batch")]
    [InlineData("--graph", "eval")]
    [InlineData("--nats", "worker")]
    public async Task A_value_without_a_letter_is_refused_as_that_of_a_variable_that_was_not_set(string option, string command)
    {
        var run = await CommandRun.RunAsync("", command, option, "");
        Assert.Equal((ExitCode.Usage, ""), (run.ExitCode, run.Out));
        Assert.Contains($"ner: The value of {option} is empty.\n", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("has more than scheme, host and port", "--server", "http://localhost:1/ner")]
    [InlineData("has more than scheme, host and port", "--server", "http://localhost:1/?a=b")]
    [InlineData("--server names a user", "--server", "http://me:secret@localhost:1")]
    [InlineData("--ca is about TLS", "--server", "http://localhost:1", "--ca", "x")]
    [InlineData("--client-certificate is about TLS", "--server", "http://localhost:1", "--client-certificate", "x")]
    [InlineData("--client-key needs --client-certificate", "--server", "https://localhost:1", "--client-key", "x")]
    [InlineData("has a character that no header carries", "--server", "http://localhost:1", "--api-key", "مفتاح")]
    [InlineData("has a character that no header carries", "--server", "http://localhost:1", "--api-key", "a\nb")]
    public async Task What_a_call_would_not_use_of_the_servers_options_is_refused(string message, params string[] arguments)
    {
        foreach (var command in (string[])["tag", "repl"])
        {
            var run = await CommandRun.RunAsync("غزة", [command, .. arguments]);
            Assert.Equal((ExitCode.Usage, ""), (run.ExitCode, run.Out));
            Assert.Contains(message, run.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Retries_without_a_server_are_refused()
    {
        using var folder = new TemporaryFolder();
        var run = await CommandRun.RunAsync("", "batch", "--in", folder.Write("in.txt", "غزة\n"), "--out", "-", "--retries", "3");
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains("ner: --retries needs --server.\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_begins_with_an_at_sign_is_no_file_of_arguments()
    {
        var run = await CommandRun.RunAsync("", "tag", "@nobody");
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("'@nobody' cannot be read", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Standard_output_that_cannot_be_written_has_the_exit_code_of_outputs()
    {
        await using var full = new StreamWriter(new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.Write, 0))
        {
            AutoFlush = true,
        };
        var code = await NerCommandLine.RunAsync(["--help"], new CliStreams(Stream.Null, full, TextWriter.Null, false, false));
        Assert.Equal(ExitCode.OutputUnwritable, code);
    }

    [Theory]
    [InlineData("tag", "FILE")]
    [InlineData("tag", "FILE", "--document", "file")]
    [InlineData("batch", "--in", "FILE", "--out", "-")]
    [InlineData("batch", "--in", "FILE", "--out", "OUT")]
    [InlineData("eval", "FILE")]
    [InlineData("eval", "GOOD", "--slices", "--train", "FILE")]
    [InlineData("train-arbiter", "--dev", "FILE")]
    [InlineData("train-arbiter", "--dev", "GOOD", "--extra", "FILE:PER")]
    [InlineData("bench", "--text", "FILE")]
    public async Task An_input_that_is_missing_is_told_before_a_model_is_loaded(params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        var good = folder.Write("good.conll", "غزة\tB-LOC\n");
        // A model that cannot be loaded would be told in its place.
        var run = await CommandRun.RunAsync(
            "",
            [
                .. arguments.Select(argument =>
                    argument
                        .Replace("FILE", folder["missing.txt"], StringComparison.Ordinal)
                        .Replace("GOOD", good, StringComparison.Ordinal)
                        .Replace("OUT", folder["out"], StringComparison.Ordinal)
                ),
                "--model",
                folder["no-model"],
            ]
        );
        Assert.Equal((ExitCode.BadInput, ""), (run.ExitCode, run.Out));
        Assert.Contains("missing.txt'", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("queue", "submit", "--in", "FILE", "--nats", "nats://127.0.0.1:1")]
    [InlineData("gazetteer", "check", "--corpus", "FILE", "--gazetteer-folder", "/nowhere")]
    public async Task An_input_that_is_missing_is_told_before_anything_else_is_reached(params string[] arguments)
    {
        var run = await CommandRun.RunAsync("", [.. arguments.Select(argument => argument == "FILE" ? "/nowhere/missing.txt" : argument)]);
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("missing.txt'", run.Error, StringComparison.Ordinal);
    }

    private static IEnumerable<(string Line, Command Command)> Commands(string line, Command command) =>
        command.Subcommands.SelectMany(sub => Commands($"{line} {sub.Name}", sub)).Prepend((line, command));

    private static bool IsPath(string? name) => name is not null && (name.StartsWith("FILE", StringComparison.Ordinal) || name == "DIR");
}
