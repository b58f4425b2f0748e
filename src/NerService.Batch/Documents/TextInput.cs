using System.Buffers;
using System.Text.Unicode;

namespace NerService.Batch.Documents;

/// <summary>Documents of plain text: a line each, named by its number, or a file each, named by its file.</summary>
internal static class TextInput
{
    /// <summary>The document of a line.</summary>
    internal static BatchDocument Parse(Line line, string file, long number, DocumentNames names) => line.Text is { } text
        ? new BatchDocument { File = file, Line = number, Id = names.At(number), Text = number == 1 ? text.TrimStart('\uFEFF') : text }
        : new BatchDocument { File = file, Line = number, Problem = line.Problem };

    /// <summary>The document of a whole file.</summary>
    internal static async Task<BatchDocument> ReadWholeAsync(Stream content, InputFile file, int maxBytes, CancellationToken cancellationToken)
    {
        var name = file.Path == InputOptions.StandardInput ? file.Path : Path.GetFileName(file.Path);
        var document = new BatchDocument { File = file.Path, Line = 1, Id = JsonText.Quote(name) };
        using var buffer = new MemoryStream();
        var chunk = new byte[64 * 1024];
        while (await content.ReadAsync(chunk, cancellationToken) is > 0 and var read)
        {
            if (buffer.Length + read > maxBytes) return document with { Problem = $"The file has more than {maxBytes} bytes, the most that one document may have (--max-document-bytes)." };
            buffer.Write(chunk, 0, read);
        }
        var bytes = buffer.GetBuffer().AsSpan(0, (int)buffer.Length);
        var chars = new char[bytes.Length];
        var status = Utf8.ToUtf16(bytes, chars, out var done, out var written, replaceInvalidSequences: false);
        return status == OperationStatus.Done
            ? document with { Text = new string(chars, 0, written).TrimStart('\uFEFF') }
            : document with { Problem = $"The file is not valid UTF-8: byte 0x{bytes[done]:X2} at offset {done}." };
    }
}
