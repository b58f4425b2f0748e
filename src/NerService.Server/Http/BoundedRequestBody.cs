namespace NerService.Server.Http;

/// <summary>The body of a request of which no more is read than is allowed, whatever length it claims or conceals.</summary>
/// <param name="inner">The body.</param>
/// <param name="maxBytes">What is allowed.</param>
/// <param name="claimed">The length that the request claims, null when it claims none. A claim that exceeds ends the first read.</param>
internal sealed class BoundedRequestBody(Stream inner, int maxBytes, long? claimed) : Stream
{
    private long _read;

    /// <summary>Whether there is more than is allowed, by what was read or by what is claimed.</summary>
    internal bool Exceeded { get; private set; } = claimed > maxBytes;

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
        if (Exceeded) throw TooLarge();
        try
        {
            var count = await inner.ReadAsync(buffer, cancellationToken);
            _read += count;
            if (_read <= maxBytes) return count;
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            // The web server's own limit, which is wider, can still come first: it looks at what has arrived, not at what was read.
        }
        Exceeded = true;
        throw TooLarge();
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("The body is read without blocking.");

    public override void Flush() => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private BadHttpRequestException TooLarge() => new($"The body is larger than {maxBytes} bytes.", StatusCodes.Status413PayloadTooLarge);
}
