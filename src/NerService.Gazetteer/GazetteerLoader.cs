using System.Buffers.Text;
using System.Text;
using System.Text.Unicode;
using NerService.Text;

namespace NerService.Gazetteer;

/// <summary>
/// Reads gazetteer files: UTF-8 lines of tab-separated columns <c>surface type id weight [canonical]</c>, type PER, LOC or ORG, weight a number of at
/// least 0. Spaces around a surface, id or canonical name are not part of it. Empty lines and lines that start with <c>#</c> are comments; a byte order
/// mark and CRLF are accepted.
/// </summary>
public static class GazetteerLoader
{
    /// <summary>The file of a gazetteer folder that lists name parts (<see cref="NameParts"/>), not entries.</summary>
    public const string NamePartsFileName = "name-parts.tsv";

    /// <summary>The files of entries in a gazetteer folder: every <c>*.tsv</c> but <see cref="NamePartsFileName"/>, in ordinal order of their names.</summary>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    public static IReadOnlyList<string> EntryFiles(string directory)
    {
        var files = Directory.GetFiles(directory, "*.tsv").Where(file => Path.GetFileName(file) != NamePartsFileName).ToArray();
        Array.Sort(files, StringComparer.Ordinal);
        return files;
    }

    /// <summary>Reads files into one index. Needs about the files' size and 75 bytes an entry.</summary>
    /// <param name="files">The files, in the order that decides between entries of equal weight. All together below 2 GiB.</param>
    /// <param name="options">How; null means the defaults.</param>
    /// <param name="origin">Whose names they are. Default: the service's own.</param>
    /// <param name="cancellationToken">Gives up between files and every few thousand lines.</param>
    /// <exception cref="GazetteerFormatException">A line is bad and the options say to stop.</exception>
    /// <exception cref="IOException">A file cannot be read, or the files are too large.</exception>
    public static async Task<GazetteerLoadResult<GazetteerIndex>> LoadAsync(
        IReadOnlyList<string> files, GazetteerLoadOptions? options = null, GazetteerOrigin origin = GazetteerOrigin.BuiltIn, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(files);
        var content = await FileContent.ReadAsync(files, cancellationToken);
        var version = Task.Run(() => ContentHash.Of(content.Parts), cancellationToken);
        var bad = new BadLines(options ?? new GazetteerLoadOptions());
        var capacity = content.Bytes.AsSpan().Count((byte)'\n');
        var builder = new GazetteerIndexBuilder(capacity);
        var lines = new int[capacity];
        var count = 0;
        for (var i = 0; i < files.Count; i++) AddFile(files[i], content, content.Ranges[i], builder, lines, ref count, bad, cancellationToken);
        var hash = await version;
        var index = builder.Build(new FileTexts(content.Bytes, lines), origin, [.. files], new Lazy<string>(hash));
        return new GazetteerLoadResult<GazetteerIndex>(index, bad.Listed, bad.Count);
    }

    private static void AddFile(
        string file, FileContent content, Range range, GazetteerIndexBuilder builder, int[] lines, ref int count, BadLines bad, CancellationToken cancellationToken)
    {
        var surface = new char[GazetteerRules.MaxSurfaceLength];
        foreach (var line in new TsvLines(content.Bytes.AsSpan(range)))
        {
            if ((line.Number & 0xFFF) == 0) cancellationToken.ThrowIfCancellationRequested();
            if (AddLine(line.Bytes, surface, builder) is { } reason) bad.Report(new BadLine(file, line.Number, reason));
            else lines[count++] = range.Start.Value + line.Start;
        }
    }

    /// <summary>Checks a line and adds its entry.</summary>
    /// <returns>What is wrong; null when it was added.</returns>
    private static string? AddLine(ReadOnlySpan<byte> line, char[] surface, GazetteerIndexBuilder builder)
    {
        if (!Utf8.IsValid(line)) return "the line is not valid UTF-8";
        if (line.Contains((byte)'\r')) return "a carriage return stands inside the line";
        Span<Range> columns = stackalloc Range[6];
        var count = line.Split(columns);
        if (count is < 4 or > 5) return $"expected 4 or 5 columns parted by tabs (surface, type, id, weight, canonical), found {(count == 6 ? "more than 5" : count)}";
        var type = line[columns[1]];
        if (!TryParseType(type, out var entityType)) return $"type '{Shown(type)}' is not PER, LOC or ORG";
        if (line[columns[2]].Trim(" "u8).IsEmpty) return "the id is empty";
        var weight = line[columns[3]];
        if (!Utf8Parser.TryParse(weight, out double value, out var consumed) || consumed != weight.Length || !GazetteerRules.IsWeight(value))
            return $"weight '{Shown(weight)}' is not a finite number of at least 0";
        if (count == 5 && line[columns[4]].Trim(" "u8).IsEmpty) return "the canonical name is empty; leave the column out instead";
        var name = line[columns[0]];
        if (Encoding.UTF8.GetCharCount(name) is var length && length > surface.Length)
            return $"the surface has {length} UTF-16 code units, at most {surface.Length} are allowed";
        return builder.Add(surface.AsSpan(0, Encoding.UTF8.GetChars(name, surface)), entityType, value);
    }

    private static bool TryParseType(ReadOnlySpan<byte> column, out EntityType type)
    {
        Span<char> tag = stackalloc char[4];
        type = default;
        return column.Length < tag.Length && EntityTypes.TryParseTag(tag[..Encoding.UTF8.GetChars(column, tag)], out type);
    }

    /// <summary>A column as an error text shows it: not longer than a line of a log.</summary>
    internal static string Shown(ReadOnlySpan<byte> column) => column.Length <= 60 ? Encoding.UTF8.GetString(column) : Encoding.UTF8.GetString(column[..60]) + "…";
}
