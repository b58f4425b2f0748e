using System.Globalization;
using System.Text;
using System.Text.Json;
using NerService.Batch.Documents;

namespace NerService.Batch.Output;

/// <summary>
/// Writes a folder as brat reads it: for each document a .txt file with its text and an .ann file with its mentions, named by the document's place in the
/// output and its id. Offsets are code points of the .txt file.
/// </summary>
internal sealed class StandoffWriter(string folder, long written) : IAnswerWriter
{
    private const int MaxNameLength = 80;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly List<string> _block = [];
    private long _written = written;

    /// <inheritdoc/>
    public string? Write(AnsweredDocument answer)
    {
        if (answer.Response is null) return null;
        var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{_written + 1:D8}-{FileName(answer.Document.Id)}"));
        File.WriteAllText(path + ".txt", answer.Document.FullText, Utf8);
        File.WriteAllText(path + ".ann", Annotations(answer), Utf8);
        _block.Add(path);
        _written++;
        return null;
    }

    /// <inheritdoc/>
    public Task<long> EndBlockAsync(CancellationToken cancellationToken)
    {
        foreach (var path in _block)
        {
            foreach (var ending in (string[])[".txt", ".ann"])
            {
                using var handle = File.OpenHandle(path + ending, FileMode.Open, FileAccess.Write, FileShare.Read);
                RandomAccess.FlushToDisk(handle);
            }
        }
        _block.Clear();
        return Task.FromResult(_written);
    }

    /// <inheritdoc/>
    public Task CompleteAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>The lines of the .ann file: a T line a mention, and a * line for mentions of one entity.</summary>
    internal static string Annotations(AnsweredDocument answer)
    {
        var output = new StringBuilder();
        var number = 0;
        foreach (var mention in answer.Response!.Mentions)
        {
            output.Append(CultureInfo.InvariantCulture, $"T{++number}\t{mention.Label} ");
            // A line of an .ann file cannot hold a line's end: a mention that lies across one is written in pieces.
            var (start, position, pieces) = (mention.Span.Start, mention.Span.Start, 0);
            foreach (var rune in mention.Text.EnumerateRunes())
            {
                if (rune.Value is '\n' or '\r') EndPiece();
                position++;
            }
            EndPiece();
            output.Append('\t').Append(mention.Text.ReplaceLineEndings(" ")).Append('\n');

            void EndPiece()
            {
                if (position > start) output.Append(CultureInfo.InvariantCulture, $"{(pieces++ > 0 ? ";" : "")}{start} {position}");
                start = position + 1;
            }
        }
        foreach (var entity in answer.Response.Entities)
            if (entity.MentionIndices.Count > 1) output.Append("*\tEquiv ").AppendJoin(' ', entity.MentionIndices.Select(i => string.Create(CultureInfo.InvariantCulture, $"T{i + 1}"))).Append('\n');
        return output.ToString();
    }

    /// <summary>An id as part of a file's name: what a file system or a shell could stumble over becomes _.</summary>
    internal static string FileName(string id)
    {
        var name = new StringBuilder();
        using var json = JsonDocument.Parse(id);
        foreach (var c in json.RootElement.ToString())
        {
            if (name.Length == MaxNameLength) break;
            name.Append(char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' || c >= '\u0600' && c <= '\u06FF' && char.IsLetterOrDigit(c) ? c : '_');
        }
        return name.ToString();
    }
}
