using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace NerService.Server.Memory;

/// <summary>The body of a response; says how long what is written of it waits to be read.</summary>
/// <param name="inner">The body.</param>
/// <param name="awaitReader">Called with the bytes when what is written does not leave at once; what it returns is disposed when it has left.</param>
internal sealed class AwaitedAnswers(IHttpResponseBodyFeature inner, Func<long, IDisposable> awaitReader) : PipeWriter, IHttpResponseBodyFeature
{
    private Stream? _stream;

    public Stream Stream => _stream ??= AsStream(leaveOpen: true);

    public PipeWriter Writer => this;

    public override bool CanGetUnflushedBytes => inner.Writer.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.Writer.UnflushedBytes;

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        var bytes = CanGetUnflushedBytes ? UnflushedBytes : 0;
        var flush = inner.Writer.FlushAsync(cancellationToken);
        return flush.IsCompleted ? flush : WaitAsync(flush, bytes);
    }

    public override Memory<byte> GetMemory(int sizeHint = 0) => inner.Writer.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => inner.Writer.GetSpan(sizeHint);

    public override void Advance(int bytes) => inner.Writer.Advance(bytes);

    public override void CancelPendingFlush() => inner.Writer.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => inner.Writer.Complete(exception);

    public Task StartAsync(CancellationToken cancellationToken = default) => inner.StartAsync(cancellationToken);

    public Task CompleteAsync() => inner.CompleteAsync();

    public void DisableBuffering() => inner.DisableBuffering();

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        inner.SendFileAsync(path, offset, count, cancellationToken);

    private async ValueTask<FlushResult> WaitAsync(ValueTask<FlushResult> flush, long bytes)
    {
        using var reader = awaitReader(bytes);
        return await flush;
    }
}
