using System.Buffers;
using System.Text.Unicode;

namespace NerService.Batch.Documents;

/// <summary>A line as it was read.</summary>
/// <param name="Text">Its text without its end; null where there is a problem.</param>
/// <param name="End">LF, CR LF, or nothing at the end of the file.</param>
/// <param name="Problem">Why it is not text; null when it is.</param>
internal readonly record struct Line(string? Text, string End, string? Problem)
{
    internal long Number { get; init; }

    /// <summary>Bytes up to and including its end.</summary>
    internal long BytesRead { get; init; }
}

/// <summary>
/// Reads lines of UTF-8 as they are or not at all: a replaced byte would move every offset after it, so a line with a bad byte is reported, and
/// reading goes on with the next. So is a line longer than the limit, which is not kept in memory.
/// </summary>
internal sealed class LineReader(Stream stream, int maxLineBytes)
{
    private byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;
    private bool _ended;
    private long _read;
    private long _number;

    /// <summary>Reads the next line; null at the end.</summary>
    internal async ValueTask<Line?> ReadAsync(CancellationToken cancellationToken) =>
        await NextAsync(cancellationToken) is { } line ? line with { Number = ++_number, BytesRead = _read - (_end - _start) } : null;

    private async ValueTask<Line?> NextAsync(CancellationToken cancellationToken)
    {
        var scanned = _start;
        while (true)
        {
            var newLine = _buffer.AsSpan(scanned, _end - scanned).IndexOf((byte)'\n');
            if (newLine >= 0)
                return Take(scanned + newLine - _start, 1);
            if (_end - _start > maxLineBytes)
                return await SkipAsync(cancellationToken);
            if (_ended)
                return _end > _start ? Take(_end - _start, 0) : null;
            scanned = _end - _start;
            await FillAsync(cancellationToken);
            scanned += _start;
        }
    }

    private Line Take(int length, int end)
    {
        var bytes = _buffer.AsSpan(_start, length);
        _start += length + end;
        if (length > maxLineBytes)
            return TooLong(length);
        var lineEnd = end == 0 ? "" : "\n";
        return end == 1 && bytes.EndsWith((byte)'\r') ? Decode(bytes[..^1], "\r\n") : Decode(bytes, lineEnd);
    }

    /// <summary>Decodes what was read before a line's end, as an error calls it.</summary>
    internal static Line Decode(ReadOnlySpan<byte> bytes, string end, string what = "line")
    {
        if (bytes.IndexOf((byte)0) is >= 0 and var nul)
            return new Line(null, end, $"The {what} is not text: its byte {nul + 1} is NUL.");
        var chars = ArrayPool<char>.Shared.Rent(bytes.Length);
        try
        {
            var status = Utf8.ToUtf16(bytes, chars, out var read, out var written, replaceInvalidSequences: false);
            return status == OperationStatus.Done
                ? new Line(new string(chars, 0, written), end, null)
                : new Line(null, end, $"The {what} is not valid UTF-8: byte 0x{bytes[read]:X2} at its byte {read + 1}.");
        }
        finally
        {
            ArrayPool<char>.Shared.Return(chars);
        }
    }

    /// <summary>Reads to the line's end without keeping it.</summary>
    private async ValueTask<Line> SkipAsync(CancellationToken cancellationToken)
    {
        long length = 0;
        while (true)
        {
            var newLine = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (newLine >= 0)
            {
                _start += newLine + 1;
                return TooLong(length + newLine);
            }
            length += _end - _start;
            _start = _end;
            if (_ended)
                return TooLong(length);
            await FillAsync(cancellationToken);
        }
    }

    private Line TooLong(long length) => new(null, "\n", $"The line has {length} bytes; at most {maxLineBytes} are read (--max-document-bytes).");

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, (int)Math.Min(2L * _buffer.Length, (long)maxLineBytes + 64 * 1024));
        var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        _ended = read == 0;
        _end += read;
        _read += read;
    }
}
