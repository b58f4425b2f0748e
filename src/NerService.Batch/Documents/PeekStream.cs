namespace NerService.Batch.Documents;

/// <summary>A stream that is read once, whose first bytes can be looked at before, and that counts what it takes. Owns the stream below.</summary>
internal sealed class PeekStream(Stream inner) : Stream
{
    private ReadOnlyMemory<byte> _peeked;

    /// <summary>Bytes taken from the stream below, those that were only looked at included.</summary>
    internal long BytesTaken { get; private set; }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>
    /// Looks at the first bytes; to be called once, before anything is read. A pipe gives what it holds, so that nobody waits for more than its
    /// writer has written.
    /// </summary>
    /// <returns>At least as many as are waited for, or all there are.</returns>
    internal async Task<ReadOnlyMemory<byte>> PeekAsync(int most, CancellationToken cancellationToken, int least = 4)
    {
        var buffer = new byte[most];
        return _peeked = buffer.AsMemory(0, Taken(await inner.ReadAtLeastAsync(buffer, least, throwOnEndOfStream: false, cancellationToken)));
    }

    public override int Read(Span<byte> buffer) => _peeked.IsEmpty ? Taken(inner.Read(buffer)) : TakePeeked(buffer);

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _peeked.IsEmpty ? Taken(await inner.ReadAsync(buffer, cancellationToken)) : TakePeeked(buffer.Span);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    private int TakePeeked(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, _peeked.Length);
        _peeked.Span[..count].CopyTo(buffer);
        _peeked = _peeked[count..];
        return count;
    }

    private int Taken(int read)
    {
        BytesTaken += read;
        return read;
    }
}
