using System.Runtime.CompilerServices;
using NerService.Batch;
using NerService.Batch.Documents;

namespace NerService.Cli.Input;

/// <summary>Reads a file of a command that takes it as it is or not at all: the first line that is no UTF-8 ends the command.</summary>
internal static class TextFile
{
    /// <summary>The longest line or text, in bytes.</summary>
    private const int MaxBytes = 1_000_000_000;

    /// <summary>Reads lines as they come; a line ends with LF or CR LF, which are not part of it. A byte order mark is skipped.</summary>
    /// <exception cref="BatchException">The file cannot be read or a line is not UTF-8; the message names the line.</exception>
    internal static async IAsyncEnumerable<string> ReadLinesAsync(
        string path,
        Stream standardInput,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        var (file, number) = (InputFile.Of(path), 0L);
        await using var content = await InputContent.OpenAsync(file, standardInput, cancellationToken);
        await foreach (var line in content.LinesAsync(MaxBytes, cancellationToken))
        {
            number++;
            if (line.Text is not { } text)
                throw new BatchException(BatchFailure.BadInput, $"{file.Name} line {number}: {line.Problem}");
            yield return number == 1 ? text.TrimStart('\uFEFF') : text;
        }
    }

    /// <summary>Reads a whole file, without a byte order mark.</summary>
    /// <exception cref="BatchException">The file cannot be read or is not UTF-8.</exception>
    internal static async Task<string> ReadAllAsync(string path, Stream standardInput, CancellationToken cancellationToken)
    {
        var file = InputFile.Of(path);
        await using var content = await InputContent.OpenAsync(file, standardInput, cancellationToken);
        var whole = await content.WholeAsync(MaxBytes, cancellationToken);
        return whole.Text ?? throw new BatchException(BatchFailure.BadInput, $"{file.Name}: {whole.Problem}");
    }
}
