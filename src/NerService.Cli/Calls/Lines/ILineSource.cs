using NerService.Batch.Documents;

namespace NerService.Cli.Calls.Lines;

/// <summary>Where <c>ner repl</c> has its lines from.</summary>
internal interface ILineSource
{
    /// <summary>Reads the next line; null at the end.</summary>
    /// <param name="history">The lines before, the oldest first.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<Line?> ReadAsync(IReadOnlyList<string> history, CancellationToken cancellationToken);
}
