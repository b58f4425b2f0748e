using System.Text;

namespace NerService.Cli.Tests;

/// <summary>What a command line did.</summary>
/// <param name="ExitCode">What it ended with.</param>
/// <param name="Out">All of standard output.</param>
/// <param name="Error">All of standard error.</param>
internal sealed record CommandRun(int ExitCode, string Out, string Error)
{
    internal string[] Lines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Runs a command line in this process with text as standard input.</summary>
    internal static Task<CommandRun> RunAsync(string input, params string[] arguments) => RunAsync(Encoding.UTF8.GetBytes(input), arguments);

    /// <summary>Runs a command line in this process with bytes as standard input.</summary>
    internal static async Task<CommandRun> RunAsync(byte[] input, params string[] arguments)
    {
        using var stdin = new MemoryStream(input);
        await using var output = new StringWriter { NewLine = "\n" };
        await using var error = new StringWriter { NewLine = "\n" };
        var code = await NerCommandLine.RunAsync(arguments, new CliStreams(stdin, output, error, OutIsTerminal: false, ErrorIsTerminal: false));
        return new CommandRun(code, output.ToString(), error.ToString());
    }
}
