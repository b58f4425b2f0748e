using System.Buffers;
using System.Text.Unicode;

namespace NerService.Cli.Input;

/// <summary>Reads UTF-8 as it is or not at all: a replaced byte would move every offset behind it.</summary>
internal static class StrictUtf8
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Decodes bytes.</summary>
    /// <param name="bytes">UTF-8; a byte order mark is left as it is.</param>
    /// <param name="name">What the bytes are of, for the error.</param>
    /// <param name="offset">Where they stand in it, for the error.</param>
    /// <exception cref="CliException">They are not UTF-8; the message names the first bad byte.</exception>
    internal static string Decode(ReadOnlySpan<byte> bytes, string name, long offset = 0)
    {
        var chars = new char[bytes.Length];
        var status = Utf8.ToUtf16(bytes, chars, out var read, out var written, replaceInvalidSequences: false);
        if (status != OperationStatus.Done) throw new CliException(ExitCode.BadInput, $"{name} is not valid UTF-8: byte 0x{bytes[read]:X2} at offset {offset + read}.");
        return new string(chars, 0, written);
    }

    /// <summary>The bytes behind a byte order mark, if there is one at the start.</summary>
    internal static ReadOnlySpan<byte> SkipByteOrderMark(ReadOnlySpan<byte> bytes) => bytes.StartsWith(ByteOrderMark) ? bytes[ByteOrderMark.Length..] : bytes;

    /// <summary>Reads a whole file or stream.</summary>
    internal static async Task<string> ReadAllAsync(Stream stream, string name, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        await stream.CopyToAsync(content, cancellationToken);
        var bytes = content.GetBuffer().AsSpan(0, (int)content.Length);
        var text = SkipByteOrderMark(bytes);
        return Decode(text, name, bytes.Length - text.Length);
    }

    /// <summary>Reads lines as they come; a line ends with LF or CR LF, which are not part of it.</summary>
    internal static async IAsyncEnumerable<string> ReadLinesAsync(Stream stream, string name, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var buffer = new byte[64 * 1024];
        var (start, scanned, end, offset) = (0, 0, 0, 0L);
        while (true)
        {
            var newLine = buffer.AsSpan(scanned, end - scanned).IndexOf((byte)'\n');
            if (newLine >= 0)
            {
                var length = scanned + newLine - start;
                yield return DecodeLine(buffer.AsSpan(start, length), name, offset);
                offset += length + 1;
                start = scanned = start + length + 1;
                continue;
            }
            scanned = end;
            if (start > 0)
            {
                buffer.AsSpan(start, end - start).CopyTo(buffer);
                (scanned, end, start) = (scanned - start, end - start, 0);
            }
            if (end == buffer.Length) Array.Resize(ref buffer, checked(buffer.Length * 2));
            var read = await stream.ReadAsync(buffer.AsMemory(end), cancellationToken);
            if (read == 0) break;
            end += read;
        }
        if (end > start) yield return DecodeLine(buffer.AsSpan(start, end - start), name, offset);
    }

    private static string DecodeLine(ReadOnlySpan<byte> line, string name, long offset)
    {
        if (line.EndsWith((byte)'\r')) line = line[..^1];
        var text = offset == 0 ? SkipByteOrderMark(line) : line;
        return Decode(text, name, offset + line.Length - text.Length);
    }
}
