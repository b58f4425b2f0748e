using System.Text;

namespace NerService.Cli;

/// <summary>Where a command reads and writes. Standard output carries the answer and nothing else.</summary>
/// <param name="In">Standard input.</param>
/// <param name="Out">The answer: UTF-8 without byte order mark, lines end with LF.</param>
/// <param name="Error">Errors, warnings and progress.</param>
/// <param name="OutIsTerminal">Whether a person reads the answer in a terminal that shows colours.</param>
/// <param name="ErrorIsTerminal">Whether progress can be drawn.</param>
internal sealed record CliStreams(Stream In, TextWriter Out, TextWriter Error, bool OutIsTerminal, bool ErrorIsTerminal)
{
    /// <summary>Whether a person writes the input in a terminal that can be drawn on. Default false.</summary>
    internal bool IsInteractive { get; init; }

    /// <summary>Those of the process. Colours stay off under NO_COLOR (no-color.org) and on a terminal that calls itself dumb.</summary>
    internal static CliStreams OfProcess()
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var output = new StreamWriter(Console.OpenStandardOutput(), utf8) { NewLine = "\n" };
        var error = new StreamWriter(Console.OpenStandardError(), utf8) { NewLine = "\n", AutoFlush = true };
        var drawable = Environment.GetEnvironmentVariable("TERM") != "dumb" && !Console.IsOutputRedirected;
        var colours = drawable && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        return new CliStreams(Console.OpenStandardInput(), output, error, colours, !Console.IsErrorRedirected)
        {
            IsInteractive = drawable && !Console.IsInputRedirected,
        };
    }
}
