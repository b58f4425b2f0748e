using System.Text;
using Microsoft.Win32.SafeHandles;

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
        var output = new StreamWriter(OpenStandardOutput(), utf8) { NewLine = "\n" };
        var error = new StreamWriter(Console.OpenStandardError(), utf8) { NewLine = "\n", AutoFlush = true };
        var drawable = Environment.GetEnvironmentVariable("TERM") != "dumb" && !Console.IsOutputRedirected;
        var colours = drawable && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        return new CliStreams(Console.OpenStandardInput(), output, error, colours, !Console.IsErrorRedirected)
        {
            IsInteractive = drawable && !Console.IsInputRedirected,
        };
    }

    /// <summary>
    /// Opens standard output. Where it is a pipe, writing fails once its reader has gone; the console's own stream would pass over that, and a
    /// command would work on for nobody.
    /// </summary>
    internal static Stream OpenStandardOutput()
    {
        var console = Console.OpenStandardOutput();
        if (OperatingSystem.IsWindows() || !Console.IsOutputRedirected)
            return console;
        try
        {
            var output = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            // A file that several programs write to has one position for all, which only the console's stream moves on.
            return output.CanSeek ? console : output;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // It was closed before the program began: writing to it will say so.
            return console;
        }
    }
}
