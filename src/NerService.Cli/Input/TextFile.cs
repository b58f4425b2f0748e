using System.Runtime.CompilerServices;
using NerService.Batch;
using NerService.Batch.Documents;

namespace NerService.Cli.Input;

/// <summary>Reads a file of a command that takes it as it is or not at all: the first line that is not UTF-8 ends the command.</summary>
internal static class TextFile
{
    /// <summary>The longest line or text, in bytes.</summary>
    private const int MaxBytes = 1_000_000_000;

    /// <summary>
    /// Reads lines that hold more than white space as they come, or the whole file. A line ends with LF or CR LF, which are not part of it. A byte
    /// order mark is skipped.
    /// </summary>
    /// <returns>Texts, each with its line.</returns>
    /// <exception cref="BatchException">The file cannot be read or is not UTF-8; the message names the line.</exception>
    internal static async IAsyncEnumerable<(long Line, string Text)> ReadAsync(
        string path,
        DocumentExtent extent,
        Stream standardInput,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        var file = InputFile.Of(path);
        var options = new InputOptions
        {
            Patterns = [path],
            Extent = extent,
            MaxDocumentBytes = MaxBytes,
            Standard = standardInput,
        };
        await foreach (var read in DocumentReader.ReadAsync(new JobInput(options, [file]), default, cancellationToken))
            yield return read.Text is { } text
                ? (read.Line, text)
                : throw new BatchException(
                    BatchFailure.BadInput,
                    $"{file.Name}{(extent == DocumentExtent.File ? "" : $" line {read.Line}")}: {read.Problem}"
                );
    }
}
