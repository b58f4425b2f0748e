using NerService.Server.Memory;

namespace NerService.Server.Http;

/// <summary>Why no more of a body is read.</summary>
internal enum BodyRefusal
{
    /// <summary>It is read.</summary>
    None,

    /// <summary>It is larger than is allowed, by what was read or by what it claims.</summary>
    TooLarge,

    /// <summary>The server has no room for it.</summary>
    NoRoom,
}

/// <summary>The body of a request, read within the budget, of which no more is read than is allowed, whatever length it claims or conceals.</summary>
/// <param name="inner">The body.</param>
/// <param name="maxBytes">What is allowed.</param>
/// <param name="claimed">The length that the request claims, null when it claims none. A claim that exceeds ends the first read.</param>
/// <param name="budget">The budget; what is read counts until this is disposed.</param>
internal sealed class BoundedRequestBody(Stream inner, int maxBytes, long? claimed, ByteBudget budget) : Stream
{
    private readonly ByteBudget.Held _held = budget.Hold(0);
    private long _read;

    /// <summary>Why no more of it is read.</summary>
    internal BodyRefusal Refusal { get; private set; } = claimed > maxBytes ? BodyRefusal.TooLarge : BodyRefusal.None;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Refusal != BodyRefusal.None)
            throw Refused();
        if (!await budget.WaitForRoomAsync(Reader.Call, cancellationToken))
            throw Refuse(BodyRefusal.NoRoom);
        using var given = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var peer = _read > 0 ? budget.AwaitPeer(given.Cancel) : null;
        try
        {
            var count = await inner.ReadAsync(buffer, given.Token);
            _read += count;
            _held.Add(count);
            return _read <= maxBytes ? count : throw Refuse(BodyRefusal.TooLarge);
        }
        catch (OperationCanceledException) when (given.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw Refuse(BodyRefusal.NoRoom);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            // The web server's own limit, which is wider, can still come first: it looks at what has arrived, not at what was read.
            throw Refuse(BodyRefusal.TooLarge);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("The body is read without blocking.");

    public override void Flush() => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _held.Dispose();
        base.Dispose(disposing);
    }

    private BadHttpRequestException Refuse(BodyRefusal refusal)
    {
        Refusal = refusal;
        return Refused();
    }

    private BadHttpRequestException Refused() =>
        Refusal == BodyRefusal.TooLarge
            ? new($"The body is larger than {maxBytes} bytes.", StatusCodes.Status413PayloadTooLarge)
            : new("There is no room to read the body.", StatusCodes.Status429TooManyRequests);
}
