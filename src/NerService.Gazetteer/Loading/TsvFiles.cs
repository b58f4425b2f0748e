using System.Buffers;
using System.Text.Unicode;
using NerService.Text.Documents;

namespace NerService.Gazetteer;

/// <summary>The bytes of files.</summary>
internal static class FileContent
{
    /// <summary>Reads files whole.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    internal static byte[][] Read(IReadOnlyList<string> files, CancellationToken cancellationToken)
    {
        var contents = new byte[files.Count][];
        for (var i = 0; i < contents.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            contents[i] = File.ReadAllBytes(files[i]);
        }
        return contents;
    }
}

/// <summary>Walks over the lines of a file that are neither empty nor comments.</summary>
internal ref struct TsvLines
{
    /// <summary>What is wrong with a line that has no <see cref="Line.Text"/>.</summary>
    internal const string NotUtf8 = "the line is not valid UTF-8";

    private readonly ReadOnlySpan<byte> _file;
    private char[] _characters = new char[256];
    private int _next;
    private int _number;

    internal TsvLines(ReadOnlySpan<byte> file)
    {
        _file = file;
        _next = file.StartsWith("\uFEFF"u8) ? 3 : 0;
    }

    /// <summary>The line last found; its text is gone with the next.</summary>
    public Line Current { get; private set; }

    public readonly TsvLines GetEnumerator() => this;

    public bool MoveNext()
    {
        while (_next < _file.Length)
        {
            var start = _next;
            var length = _file[start..].IndexOf((byte)'\n');
            if (length < 0)
                length = _file.Length - start;
            _next = start + length + 1;
            _number++;
            var bytes = _file.Slice(start, length);
            if (bytes.EndsWith((byte)'\r'))
                bytes = bytes[..^1];
            if (bytes.Trim(" \t"u8).IsEmpty || bytes[0] == '#')
                continue;
            if (bytes.Length > _characters.Length)
                _characters = new char[bytes.Length * 2];
            var isUtf8 = Utf8.ToUtf16(bytes, _characters, out _, out var written, replaceInvalidSequences: false) == OperationStatus.Done;
            Current = new Line(isUtf8, _characters.AsSpan(0, isUtf8 ? written : 0), _number);
            return true;
        }
        return false;
    }

    /// <summary>A column as an error text shows it: not longer than a line of a log.</summary>
    internal static string Shown(ReadOnlySpan<char> column) => column.Length <= 60 ? new string(column) : $"{column[..60]}…";

    /// <summary>A line.</summary>
    /// <param name="isUtf8">Whether it is valid UTF-8; what is not has no text.</param>
    /// <param name="text">Without its end.</param>
    /// <param name="number">From 1.</param>
    internal readonly ref struct Line(bool isUtf8, ReadOnlySpan<char> text, int number)
    {
        internal bool IsUtf8 { get; } = isUtf8;

        internal ReadOnlySpan<char> Text { get; } = text;

        internal int Number { get; } = number;
    }
}

/// <summary>The bad lines of one load.</summary>
internal sealed class BadLines(GazetteerLoadOptions options)
{
    private readonly List<BadLine> _listed = [];
    private int _count;

    internal SkippedLines Skipped => new(_count, _listed);

    internal void Report(BadLine line)
    {
        if (options.BadLines == BadLinePolicy.Stop)
            throw new GazetteerFormatException(line);
        if (_listed.Count < options.MaxListedBadLines)
            _listed.Add(line);
        _count++;
    }

    /// <summary>Reports a file that is no UTF-8 text at all once, not for each of its lines.</summary>
    /// <returns>Whether its lines can be read.</returns>
    internal bool IsText(string file, ReadOnlySpan<byte> content)
    {
        if (TextEncodings.WhyNotUtf8(content[..Math.Min(content.Length, TextEncodings.HeadBytes)]) is not { } reason)
            return true;
        Report(new BadLine(file, 1, $"the file {reason}"));
        return false;
    }
}
