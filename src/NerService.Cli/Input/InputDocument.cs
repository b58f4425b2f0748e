using System.Runtime.CompilerServices;
using NerService.Batch;
using NerService.Batch.Documents;

namespace NerService.Cli.Input;

/// <summary>What is one document of an input.</summary>
internal enum DocumentUnit
{
    /// <summary>A line; lines of white space alone are no documents.</summary>
    Line,

    /// <summary>The whole file.</summary>
    File,
}

/// <summary>A document to tag.</summary>
/// <param name="Id">The number of its line, from 1, or the name of its file.</param>
/// <param name="Text">Its text, without the line's end.</param>
internal sealed record InputDocument(string Id, string Text)
{
    /// <summary>Reads the documents of a file as they come.</summary>
    /// <exception cref="BatchException">The file cannot be read or is not UTF-8.</exception>
    internal static async IAsyncEnumerable<InputDocument> ReadAsync(
        string path,
        DocumentUnit unit,
        Stream standardInput,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        if (unit == DocumentUnit.File)
        {
            yield return new InputDocument(
                path == InputOptions.StandardInput ? path : Path.GetFileName(path),
                await TextFile.ReadAllAsync(path, standardInput, cancellationToken)
            );
            yield break;
        }
        var number = 0;
        await foreach (var line in TextFile.ReadLinesAsync(path, standardInput, cancellationToken))
        {
            number++;
            if (!string.IsNullOrWhiteSpace(line))
                yield return new InputDocument($"{number}", line);
        }
    }
}
