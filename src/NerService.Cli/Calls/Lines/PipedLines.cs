using NerService.Batch.Documents;

namespace NerService.Cli.Calls.Lines;

/// <summary>Lines of a file, a pipe or a terminal that cannot be drawn on, as they come.</summary>
internal sealed class PipedLines(Stream input) : ILineSource
{
    /// <summary>The longest line, in bytes.</summary>
    private const int MaxLineBytes = 64 * 1024 * 1024;

    private readonly LineReader _reader = new(input, MaxLineBytes);

    /// <inheritdoc/>
    public ValueTask<Line?> ReadAsync(IReadOnlyList<string> history, CancellationToken cancellationToken) => _reader.ReadAsync(cancellationToken);
}
