using System.Buffers;
using System.IO.Pipelines;
using NerService.Server.Errors;
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

    /// <summary>The caller is gone.</summary>
    Left,
}

/// <summary>The body of a request, read within the budget, of which no more is read than is allowed, whatever length it claims or conceals.</summary>
/// <param name="inner">The body.</param>
/// <param name="maxBytes">What is allowed.</param>
/// <param name="claimed">The length that the request claims, null when it claims none. A claim that exceeds ends the first read.</param>
/// <param name="budget">The budget; what is read counts until this is disposed, or refused.</param>
internal sealed class BoundedRequestBody(PipeReader inner, int maxBytes, long? claimed, ByteBudget budget) : Stream
{
    private readonly ByteBudget.Held _held = budget.Hold(0);
    private long _read;

    /// <summary>Why no more of it is read.</summary>
    internal BodyRefusal Refusal { get; private set; }

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
        if (claimed > maxBytes)
            throw Refuse(BodyRefusal.TooLarge);
        if (!await budget.WaitForRoomAsync(Reader.Call, cancellationToken))
            throw Refuse(BodyRefusal.NoRoom);
        // Interrupted, not cancelled by a token: after that the web server could not pass over the rest, and would log a fault of its own.
        using var peer = _read > 0 ? budget.AwaitPeer(inner.CancelPendingRead) : null;
        try
        {
            var read = await inner.ReadAsync(cancellationToken);
            var count = read.IsCanceled ? 0 : (int)Math.Min(read.Buffer.Length, buffer.Length);
            var taken = read.Buffer.Slice(0, count);
            taken.CopyTo(buffer.Span);
            inner.AdvanceTo(taken.End);
            if (read.IsCanceled)
                throw Refuse(BodyRefusal.NoRoom);
            _read += count;
            _held.Add(count);
            return _read <= maxBytes ? count : throw Refuse(BodyRefusal.TooLarge);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            // The web server's own limit, which is wider, can still come first: it looks at what has arrived, not at what was read.
            throw Refuse(BodyRefusal.TooLarge);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status400BadRequest && claimed > _read)
        {
            // Over HTTP/1.1 the web server tells so of a connection that was closed before as much came as was claimed.
            throw Refuse(BodyRefusal.Left);
        }
        catch (Exception e) when (MessageErrors.TellsOfLeaving(e))
        {
            throw Refuse(BodyRefusal.Left);
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
        // Nobody keeps the beginning of it.
        _held.Dispose();
        return Refused();
    }

    private BadHttpRequestException Refused() =>
        Refusal switch
        {
            BodyRefusal.TooLarge => new($"The body is larger than {maxBytes} bytes.", StatusCodes.Status413PayloadTooLarge),
            BodyRefusal.Left => new("The caller left in the middle of the body.", StatusCodes.Status499ClientClosedRequest),
            _ => new("There is no room to read the body.", StatusCodes.Status429TooManyRequests),
        };
}
