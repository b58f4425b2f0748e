using System.Globalization;
using System.Text;
using System.Text.Json;
using NerService.Batch.Documents;

namespace NerService.Batch.Output;

/// <summary>
/// Writes a folder as brat reads it: for each document a .txt file with its text and an .ann file with its mentions, named by the document's place in
/// the output and its id. Offsets are code points of the .txt file. A list beside the folder holds the names of what is the job's: each is there, on
/// the disk, before its files are, and no file that is there without is ever written or removed.
/// </summary>
internal sealed class StandoffWriter : IAnswerWriter
{
    private const int MaxNameLength = 80;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);
    private static readonly string[] Endings = [".txt", ".ann"];

    private readonly string _folder;
    private readonly BlockFile _listing;
    private readonly Queue<string> _listed;
    private readonly List<(string Name, string[] Contents)> _block = [];
    private long _written;

    /// <summary>Goes on with a folder.</summary>
    /// <param name="folder">The folder; made when it is not there.</param>
    /// <param name="written">Documents that are done.</param>
    internal StandoffWriter(string folder, long written)
    {
        Directory.CreateDirectory(folder);
        (_folder, _written) = (folder, written);
        // Names after those that are done were listed by a run that died before its checkpoint; this run comes to the same ones.
        var names = File.Exists(ListingOf(folder)) ? Names(folder) : [];
        _listed = new Queue<string>(names.Skip((int)written));
        _listing = BlockFile.Open(ListingOf(folder), OutputCompression.None, names.Sum(name => Utf8.GetByteCount(name) + 1L));
    }

    /// <summary>Where the names of a folder's own files are.</summary>
    internal static string ListingOf(string folder) => folder + ".files";

    /// <summary>Removes the files that are listed, and no other.</summary>
    internal static void Remove(string folder)
    {
        foreach (var name in Names(folder))
        foreach (var ending in Endings)
            File.Delete(Path.Combine(folder, name + ending));
    }

    public string? Write(AnsweredDocument answer)
    {
        if (answer.Response is null)
            return null;
        var name = $"{_written + _block.Count + 1:D8}-{FileName(answer.Document.Id)}";
        _block.Add((name, [answer.Document.FullText, Annotations(answer)]));
        return null;
    }

    public async Task<long> EndBlockAsync(CancellationToken cancellationToken)
    {
        foreach (var (name, _) in _block)
        {
            if (_listed.TryDequeue(out var listed) && listed == name)
                continue;
            if (Array.Find(Endings, ending => Path.Exists(Path.Combine(_folder, name + ending))) is { } taken)
                throw new IOException($"'{name}{taken}' is there already and is not the job's");
            _listing.Write(Utf8.GetBytes(name + "\n"));
        }
        await _listing.EndBlockAsync(cancellationToken);
        foreach (var (name, contents) in _block)
        {
            foreach (var (ending, content) in Endings.Zip(contents))
            {
                using var handle = File.OpenHandle(Path.Combine(_folder, name + ending), FileMode.Create, FileAccess.Write, FileShare.Read);
                RandomAccess.Write(handle, Utf8.GetBytes(content), 0);
                RandomAccess.FlushToDisk(handle);
            }
        }
        _written += _block.Count;
        _block.Clear();
        return _written;
    }

    public ValueTask DisposeAsync() => _listing.DisposeAsync();

    /// <summary>The names listed; a last line that was cut short names nothing that is there.</summary>
    private static List<string> Names(string folder)
    {
        var lines = File.ReadAllText(ListingOf(folder), Utf8).Split('\n');
        return [.. lines[..^1]];
    }

    /// <summary>The lines of the .ann file: a T line per mention, and a * line for mentions of one entity.</summary>
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
                if (rune.Value is '\n' or '\r')
                    EndPiece();
                position++;
            }
            EndPiece();
            output.Append('\t').Append(mention.Text.ReplaceLineEndings(" ")).Append('\n');

            void EndPiece()
            {
                if (position > start)
                    output.Append(CultureInfo.InvariantCulture, $"{(pieces++ > 0 ? ";" : "")}{start} {position}");
                start = position + 1;
            }
        }
        foreach (var entity in answer.Response.Entities)
            if (entity.MentionIndices.Count > 1)
                output.Append("*\tEquiv ").AppendJoin(' ', entity.MentionIndices.Select(i => $"T{i + 1}")).Append('\n');
        return output.ToString();
    }

    /// <summary>An id as part of a file's name: what a file system or a shell could stumble over becomes _.</summary>
    internal static string FileName(string id)
    {
        var name = new StringBuilder();
        using var json = JsonDocument.Parse(id);
        foreach (var c in json.RootElement.ToString())
        {
            if (name.Length == MaxNameLength)
                break;
            name.Append(
                char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' || c >= '\u0600' && c <= '\u06FF' && char.IsLetterOrDigit(c) ? c : '_'
            );
        }
        return name.ToString();
    }
}
