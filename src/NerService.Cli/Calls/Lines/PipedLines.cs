using NerService.Batch;
using NerService.Batch.Documents;
using NerService.Text.Documents;

namespace NerService.Cli.Calls.Lines;

/// <summary>Lines of a file, a pipe or a terminal that cannot be drawn on, as they come.</summary>
internal sealed class PipedLines : ILineSource, IDisposable
{
    /// <summary>Bytes that tell an encoding by its mark, and that the shortest line has: who writes a line and waits is answered.</summary>
    private const int LeastHead = 2;

    private readonly PeekStream _input;
    private readonly LineReader _reader;
    private bool _begun;

    /// <summary>Reads nothing yet.</summary>
    /// <param name="input">What is read; closed with the lines.</param>
    internal PipedLines(Stream input)
    {
        _input = new PeekStream(input);
        _reader = new LineReader(_input, InputOptions.DefaultMaxDocumentBytes);
    }

    /// <exception cref="BatchException">The input's beginning is not a UTF-8 text; the message names the encoding.</exception>
    public async ValueTask<Line?> ReadAsync(IReadOnlyList<string> history, CancellationToken cancellationToken)
    {
        if (_begun)
            return await _reader.ReadAsync(cancellationToken);
        _begun = true;
        var head = await _input.PeekAsync(TextEncodings.HeadBytes, cancellationToken, LeastHead);
        if (TextEncodings.WhyNotUtf8(head.Span) is { } reason)
            throw new BatchException(BatchFailure.BadInput, $"{InputFile.Of(InputOptions.StandardInput).Name} {reason}.");
        var first = await _reader.ReadAsync(cancellationToken);
        return first is null ? null : first.Value with { Text = first.Value.Text?.TrimStart('\uFEFF') };
    }

    public void Dispose() => _input.Dispose();
}
