using NerService.Batch.Documents.Conll;
using NerService.Workbench.Evaluation;

namespace NerService.Cli.Input;

/// <summary>Reads annotated files (CoNLL) one after another.</summary>
internal static class AnnotatedFiles
{
    /// <exception cref="NerService.Batch.BatchException">A file cannot be read, or a token has no label.</exception>
    internal static async Task<List<ConllFile>> ReadAsync(
        string[] paths,
        AskedColumns columns,
        CliStreams streams,
        CancellationToken cancellationToken
    )
    {
        var files = new List<ConllFile>();
        foreach (var path in paths)
            files.Add(await ConllFile.ReadAsync(path, columns, streams.In, cancellationToken));
        return files;
    }
}
