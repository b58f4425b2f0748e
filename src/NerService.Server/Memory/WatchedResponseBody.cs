using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace NerService.Server.Memory;

/// <summary>The body of a response, which tells when what is written waits for its reader.</summary>
/// <param name="response">The response.</param>
/// <param name="awaitReader">Called when what is written does not leave at once, with its bytes and how to give it up; what it returns is disposed
/// when it has left.</param>
/// <param name="giveUp">Ends the response before it is read.</param>
internal sealed class WatchedResponseBody(HttpResponse response, Func<long, Action, IDisposable> awaitReader, Action giveUp)
    : PipeWriter,
        IHttpResponseBodyFeature
{
    /// <summary>What the web server takes of an answer without waiting for its reader: a block of its memory.</summary>
    private const int BlockBytes = 4096;

    private readonly IHttpResponseBodyFeature _inner = response.HttpContext.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
    private volatile bool _isGivenUp;
    private Stream? _stream;

    /// <summary>Whether the caller did not read it, and will not be sent it any more.</summary>
    internal bool IsGivenUp => _isGivenUp;

    /// <summary>Whether what is written to a response of 400 and above is dropped, because the error is told in another form.</summary>
    internal bool DropsErrors { get; set; }

    public Stream Stream => _stream ??= AsStream(leaveOpen: true);

    public PipeWriter Writer => this;

    public override bool CanGetUnflushedBytes => _inner.Writer.CanGetUnflushedBytes;

    public override long UnflushedBytes => _inner.Writer.UnflushedBytes;

    private bool Drops => DropsErrors && response.StatusCode >= 400;

    /// <summary>Sends a call's only answer and waits until it has left: the web server would send it unwatched.</summary>
    internal async Task SendAsync()
    {
        if (CanGetUnflushedBytes && UnflushedBytes >= BlockBytes)
            await FlushAsync(response.HttpContext.RequestAborted);
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (Drops)
            return default;
        var bytes = CanGetUnflushedBytes ? UnflushedBytes : 0;
        var flush = _inner.Writer.FlushAsync(cancellationToken);
        return flush.IsCompleted ? flush : WaitAsync(flush, bytes);
    }

    public override Memory<byte> GetMemory(int sizeHint = 0) => _inner.Writer.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _inner.Writer.GetSpan(sizeHint);

    public override void Advance(int bytes)
    {
        if (!Drops)
            _inner.Writer.Advance(bytes);
    }

    public override void CancelPendingFlush() => _inner.Writer.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => _inner.Writer.Complete(exception);

    public Task StartAsync(CancellationToken cancellationToken = default) => Drops ? Task.CompletedTask : _inner.StartAsync(cancellationToken);

    public Task CompleteAsync() => Drops ? Task.CompletedTask : _inner.CompleteAsync();

    public void DisableBuffering() => _inner.DisableBuffering();

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        _inner.SendFileAsync(path, offset, count, cancellationToken);

    private async ValueTask<FlushResult> WaitAsync(ValueTask<FlushResult> flush, long bytes)
    {
        using var reader = awaitReader(
            bytes,
            () =>
            {
                _isGivenUp = true;
                giveUp();
            }
        );
        return await flush;
    }
}
