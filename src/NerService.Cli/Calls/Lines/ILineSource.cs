using NerService.Batch.Documents;

namespace NerService.Cli.Calls.Lines;

/// <summary>Where <c>ner repl</c> has its lines from.</summary>
internal interface ILineSource
{
    /// <summary>Reads the next line; null at the end. The lines before are told, the oldest first.</summary>
    ValueTask<Line?> ReadAsync(IReadOnlyList<string> history, CancellationToken cancellationToken);
}
