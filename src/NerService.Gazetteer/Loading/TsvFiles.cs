using System.Buffers;
using System.Text.Unicode;
using NerService.Gazetteer.Index;
using NerService.Text.Documents;

namespace NerService.Gazetteer.Loading;

/// <summary>Files of lines, read whole. Empty lines and those that begin with # are comments; a byte order mark and CRLF are accepted.</summary>
internal sealed class TsvFiles
{
    private readonly IReadOnlyList<string> _names;
    private readonly byte[][] _contents;

    /// <summary>Reads files.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    internal TsvFiles(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        (_names, _contents) = (names, new byte[names.Count][]);
        for (var i = 0; i < _contents.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _contents[i] = File.ReadAllBytes(names[i]);
        }
    }

    /// <summary>Takes a line in.</summary>
    /// <returns>What is wrong with it; null when nothing is.</returns>
    internal delegate string? LineReader(int file, ReadOnlySpan<char> line);

    internal int LineFeeds => _contents.Sum(content => content.AsSpan().Count((byte)'\n'));

    /// <summary>Hash of what the files, and others, hold, as <see cref="GazetteerIndex.Version"/>.</summary>
    internal string VersionWith(IEnumerable<byte[]> others) => ContentHash.Of(_contents.Concat(others));

    /// <summary>Reads the lines, file by file.</summary>
    /// <returns>The bad ones.</returns>
    /// <exception cref="GazetteerFormatException">A line is bad and the options say to stop.</exception>
    internal SkippedLines ReadLines(GazetteerLoadOptions options, LineReader read, CancellationToken cancellationToken)
    {
        var (count, listed) = (0, new List<BadLine>());
        var characters = new char[256];
        for (var file = 0; file < _contents.Length; file++)
        {
            ReadOnlySpan<byte> content = _contents[file];
            if (TextEncodings.WhyNotUtf8(content[..Math.Min(content.Length, TextEncodings.HeadBytes)]) is { } encoding)
            {
                // Once, not for each of its lines.
                Report(new BadLine(_names[file], 1, $"the file {encoding}"));
                continue;
            }
            if (content.StartsWith("\uFEFF"u8))
                content = content[3..];
            var number = 0;
            foreach (var range in content.Split((byte)'\n'))
            {
                if ((++number & 0xFFF) == 0)
                    cancellationToken.ThrowIfCancellationRequested();
                var line = content[range];
                if (line.EndsWith((byte)'\r'))
                    line = line[..^1];
                if (line.Trim(" \t"u8).IsEmpty || line[0] == '#')
                    continue;
                if (line.Length > characters.Length)
                    characters = new char[line.Length * 2];
                var isUtf8 = Utf8.ToUtf16(line, characters, out _, out var length, replaceInvalidSequences: false) == OperationStatus.Done;
                if ((isUtf8 ? read(file, characters.AsSpan(0, length)) : "the line is not valid UTF-8") is { } problem)
                    Report(new BadLine(_names[file], number, problem));
            }
        }
        return new SkippedLines(count, listed);

        void Report(BadLine line)
        {
            if (options.BadLines == BadLinePolicy.Stop)
                throw new GazetteerFormatException(line);
            if (count++ < options.MaxListedBadLines)
                listed.Add(line);
        }
    }

    /// <summary>A column as an error text shows it: not longer than a line of a log.</summary>
    internal static string Shown(ReadOnlySpan<char> column) => column.Length <= 60 ? new string(column) : $"{column[..60]}…";
}
