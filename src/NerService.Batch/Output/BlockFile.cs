using System.IO.Compression;
using ZstdSharp;

namespace NerService.Batch.Output;

/// <summary>
/// A file that grows by blocks. A block is compressed by itself, so the bytes of a file depend on where its blocks end and on nothing else, and a
/// file cut after any block is whole.
/// </summary>
internal sealed class BlockFile : IAsyncDisposable
{
    private readonly Stream _file;
    private readonly OutputCompression _compression;
    private readonly bool _durable;
    private readonly MemoryStream _block = new();

    private BlockFile(Stream file, OutputCompression compression, bool durable, long length) =>
        (_file, _compression, _durable, Length) = (file, compression, durable, length);

    /// <summary>Bytes of all blocks that have ended.</summary>
    internal long Length { get; private set; }

    /// <summary>Opens a file, made when it is not there, and cuts it to a length.</summary>
    /// <exception cref="IOException">It cannot be written, or is in use by another job.</exception>
    internal static BlockFile Open(string path, OutputCompression compression, long length)
    {
        // No buffer of its own: what is not written when the disk is full must not be written again on closing.
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            file.SetLength(length);
            file.Position = length;
            return new BlockFile(file, compression, durable: true, length);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Writes to a stream that nobody will cut, such as standard output.</summary>
    internal static BlockFile Over(Stream stream, OutputCompression compression) => new(stream, compression, durable: false, 0);

    internal void Write(ReadOnlySpan<byte> bytes) => _block.Write(bytes);

    /// <summary>Ends the block. A file's block is on the disk, not only on its way, when this returns.</summary>
    /// <exception cref="IOException">The disk is full or gone.</exception>
    internal async Task EndBlockAsync(CancellationToken cancellationToken)
    {
        if (_block.Length == 0)
            return;
        var bytes = Compressed();
        try
        {
            await _file.WriteAsync(bytes, cancellationToken);
        }
        catch (ArgumentOutOfRangeException e)
        {
            // What a file system's limit on a file's size comes as.
            throw new IOException("The file would be larger than the file system allows", e);
        }
        if (_durable)
            ((FileStream)_file).Flush(flushToDisk: true);
        else
            await _file.FlushAsync(cancellationToken);
        Length += bytes.Length;
        _block.SetLength(0);
        if (_block.Capacity > 16 * 1024 * 1024)
            _block.Capacity = 0;
    }

    public ValueTask DisposeAsync() => _durable ? _file.DisposeAsync() : ValueTask.CompletedTask;

    /// <summary>
    /// The block as it goes to the file. It is compressed in one piece: a compressor's output also depends on the pieces it is fed.
    /// </summary>
    private ReadOnlyMemory<byte> Compressed()
    {
        var block = _block.GetBuffer().AsMemory(0, (int)_block.Length);
        if (_compression == OutputCompression.None)
            return block;
        using var packed = new MemoryStream();
        using (
            Stream compressor =
                _compression == OutputCompression.Gzip
                    ? new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true)
                    : new CompressionStream(packed, level: 3, leaveOpen: true)
        )
            compressor.Write(block.Span);
        return packed.GetBuffer().AsMemory(0, (int)packed.Length);
    }
}
