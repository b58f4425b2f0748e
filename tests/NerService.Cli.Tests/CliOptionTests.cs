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
    public async Task A_number_out_of_bounds_is_refused_with_them(string message, params string[] arguments)
    {
        var run = await CommandRun.RunAsync("", arguments);
        Assert.Equal((ExitCode.Usage, ""), (run.ExitCode, run.Out));
        Assert.Contains($"ner: {message}\n", run.Error, StringComparison.Ordinal);
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
