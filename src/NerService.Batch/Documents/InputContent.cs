using System.IO.Compression;
using System.Runtime.CompilerServices;
using NerService.Text.Documents;
using ZstdSharp;

namespace NerService.Batch.Documents;

/// <summary>The text of an open file, decompressed. Read once.</summary>
internal sealed class InputContent : IAsyncDisposable
{
    /// <summary>As much as small files are decompressed into at once, so that it is known how far in the file their lines are.</summary>
    private const int PeekedBytes = 256 * 1024;

    private readonly InputFile _file;
    private readonly PeekStream _raw;
    private readonly PeekStream _text;

    private InputContent(InputFile file, PeekStream raw, PeekStream text) => (_file, _raw, _text) = (file, raw, text);

    /// <summary>Opens a file; gzip and zstd are known by their first bytes, whatever the file is called.</summary>
    /// <exception cref="BatchException">It cannot be read, or its beginning is not a UTF-8 text: UTF-16, UTF-32, a NUL. The message names the
    /// encoding.</exception>
    internal static async Task<InputContent> OpenAsync(InputFile file, Stream standardInput, CancellationToken cancellationToken)
    {
        var raw = new PeekStream(file.OpenRaw(standardInput));
        try
        {
            var text = new PeekStream(Unpacked(raw, await raw.PeekAsync(TextEncodings.HeadBytes, cancellationToken)));
            var head = await text.PeekAsync(PeekedBytes, cancellationToken);
            if (TextEncodings.WhyNotUtf8(head.Span[..Math.Min(head.Length, TextEncodings.HeadBytes)]) is { } reason)
                throw new BatchException(BatchFailure.BadInput, $"{file.Name} {reason}.");
            return new InputContent(file, raw, text);
        }
        catch (Exception e)
        {
            await raw.DisposeAsync();
            if (IsUnreadable(e))
                throw new BatchException(BatchFailure.BadInput, $"{file.Name} cannot be read: {e.Message}", e);
            throw;
        }
    }

    /// <summary>Reads its lines as they come; one of more bytes than the most is reported as a bad one.</summary>
    /// <returns>Lines, each with the bytes of the file, as it lies on the disk, up to its end.</returns>
    /// <exception cref="BatchException">It cannot be read to its end.</exception>
    internal async IAsyncEnumerable<Line> LinesAsync(int maxLineBytes, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var reader = new LineReader(_text, maxLineBytes);
        // How many bytes of the file had been decompressed into how many of text when the reader took some; lines lie evenly between.
        var (before, after) = ((Text: 0L, File: 0L), new Queue<(long Text, long File)>());
        while (await GuardedAsync(() => reader.ReadAsync(cancellationToken).AsTask()) is { } line)
        {
            if (after.Count == 0 || _text.BytesTaken > after.Last().Text)
                after.Enqueue((_text.BytesTaken, _raw.BytesTaken));
            while (after.Peek().Text < line.BytesRead)
                before = after.Dequeue();
            var share = (double)(line.BytesRead - before.Text) / (after.Peek().Text - before.Text);
            yield return line with
            {
                BytesRead = before.File + (long)(share * (after.Peek().File - before.File)),
            };
        }
    }

    /// <summary>Reads it as one text, without a byte order mark.</summary>
    /// <returns>The text, or what is wrong with it: more bytes than allowed, not UTF-8.</returns>
    /// <exception cref="BatchException">It cannot be read to its end.</exception>
    internal async Task<Line> WholeAsync(int maxBytes, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        var chunk = new byte[64 * 1024];
        while (await GuardedAsync(() => _text.ReadAsync(chunk, cancellationToken).AsTask()) is > 0 and var read)
        {
            if (content.Length + read > maxBytes)
                return new Line(null, "", $"The file has more than {maxBytes} bytes, the most that one document may have (--max-document-bytes).");
            content.Write(chunk, 0, read);
        }
        var whole = LineReader.Decode(content.GetBuffer().AsSpan(0, (int)content.Length), "", "file");
        return whole with { Text = whole.Text?.TrimStart('\uFEFF') };
    }

    public ValueTask DisposeAsync() => _text.DisposeAsync();

    private static Stream Unpacked(PeekStream raw, ReadOnlyMemory<byte> head) =>
        head.Span switch
        {
            [0x1F, 0x8B, ..] => new GZipStream(raw, CompressionMode.Decompress),
            // A frame of zstd, or one to be skipped, which some programs write first.
            [0x28, 0xB5, 0x2F, 0xFD, ..] or [>= 0x50 and <= 0x5F, 0x2A, 0x4D, 0x18, ..] => new DecompressionStream(raw, leaveOpen: false),
            _ => raw,
        };

    private async Task<T> GuardedAsync<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            throw new BatchException(BatchFailure.BadInput, $"{_file.Name} cannot be read to its end: {e.Message}", e);
        }
    }

    private static bool IsUnreadable(Exception e) => e is IOException or InvalidDataException or UnauthorizedAccessException or ZstdException;
}
