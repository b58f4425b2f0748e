using System.Globalization;
using NerService.Gazetteer.Index;
using NerService.Text.Labels;

namespace NerService.Gazetteer.Loading;

/// <summary>
/// Reads gazetteer files: UTF-8 lines of tab-separated columns <c>surface type id weight [canonical]</c>, type PER, LOC, ORG or a label of the
/// model's own in capitals (EVENT), weight a number of at least 0. Spaces around a surface, id or canonical name are not part of it. Empty lines and
/// lines that start with <c>#</c> are comments; a byte order mark and CRLF are accepted.
/// </summary>
public static class GazetteerLoader
{
    /// <summary>The file of a gazetteer folder that lists name parts (<see cref="NameParts"/>), not entries.</summary>
    public const string NamePartsFileName = "name-parts.tsv";

    private static readonly string[] NoEntries = [NamePartsFileName, NameCorrections.CanonicalFileName, NameCorrections.HazardFileName];

    /// <summary>The files of entries in a gazetteer folder: every <c>*.tsv</c> but the name parts and those of <see cref="NameCorrections"/>, in
    /// ordinal order of their names.</summary>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    public static IReadOnlyList<string> EntryFiles(string folder)
    {
        var files = Directory.GetFiles(folder, "*.tsv").Where(file => !NoEntries.Contains(Path.GetFileName(file))).ToArray();
        Array.Sort(files, StringComparer.Ordinal);
        return files;
    }

    /// <summary>Reads the files of entries of a folder into one index, put right as its <see cref="NameCorrections"/> say; its version is that of all
    /// files that answers depend on, name parts too.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="options">How; null means the defaults.</param>
    /// <param name="cancellationToken">Checked between files and every few thousand lines.</param>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="GazetteerFormatException">A line is bad and the options say to stop.</exception>
    /// <exception cref="IOException">A file cannot be read, or is too large.</exception>
    public static Task<GazetteerLoadResult<GazetteerIndex>> LoadFolderAsync(
        string folder,
        GazetteerLoadOptions? options = null,
        CancellationToken cancellationToken = default
    ) =>
        Task.Run(
            () =>
                Load(
                    EntryFiles(folder),
                    NameCorrections.FilesOf(folder),
                    Directory.GetFiles(folder, NamePartsFileName),
                    options,
                    GazetteerOrigin.BuiltIn,
                    cancellationToken
                ),
            cancellationToken
        );

    /// <summary>Reads files into one index.</summary>
    /// <param name="files">The files, in the order that decides between entries of equal weight; each below 2 GiB.</param>
    /// <param name="options">How; null means the defaults.</param>
    /// <param name="origin">Whose names they are. Default: the service's own.</param>
    /// <param name="cancellationToken">Checked between files and every few thousand lines.</param>
    /// <exception cref="GazetteerFormatException">A line is bad and the options say to stop.</exception>
    /// <exception cref="IOException">A file cannot be read, or is too large.</exception>
    public static Task<GazetteerLoadResult<GazetteerIndex>> LoadAsync(
        IReadOnlyList<string> files,
        GazetteerLoadOptions? options = null,
        GazetteerOrigin origin = GazetteerOrigin.BuiltIn,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(files);
        return Task.Run(() => Load(files, [], [], options, origin, cancellationToken), cancellationToken);
    }

    private static GazetteerLoadResult<GazetteerIndex> Load(
        IReadOnlyList<string> entryFiles,
        string[] correctionFiles,
        string[] namePartFiles,
        GazetteerLoadOptions? options,
        GazetteerOrigin origin,
        CancellationToken cancellationToken
    )
    {
        string[] names = [.. correctionFiles, .. entryFiles];
        var files = new TsvFiles(names, cancellationToken);
        var corrections = new NameCorrections();
        var builder = new GazetteerIndexBuilder(files.LineFeeds);
        var skipped = files.ReadLines(
            options ?? new GazetteerLoadOptions(),
            (file, line) =>
                file < correctionFiles.Length ? corrections.AddLine(Path.GetFileName(names[file]), line) : AddLine(line, corrections, builder),
            cancellationToken
        );
        corrections.AddSpellings(builder);
        return new GazetteerLoadResult<GazetteerIndex>(
            builder.Build(origin, names, files.VersionWith(namePartFiles.Select(File.ReadAllBytes))),
            skipped
        );
    }

    /// <summary>Checks a line and adds its entry.</summary>
    /// <returns>What is wrong with the line; null when nothing is.</returns>
    private static string? AddLine(ReadOnlySpan<char> line, NameCorrections corrections, GazetteerIndexBuilder builder)
    {
        if (line.Contains('\r'))
            return "a carriage return stands inside the line";
        Span<Range> columns = stackalloc Range[6];
        var count = line.Split(columns, '\t');
        if (count is < 4 or > 5)
            return $"expected 4 or 5 columns separated by tabs (surface, type, id, weight, canonical), found {(count == 6 ? "more than 5" : count)}";
        foreach (var column in columns[..count])
        {
            if (line[column] is ['"', .., '"'])
                return $"{TsvFiles.Shown(line[column])} stands in quotation marks, as spreadsheets write cells; write it without them";
        }
        var type = line[columns[1]];
        if (!TryReadLabel(type, out var label))
            return $"type '{TsvFiles.Shown(type)}' is neither PER, LOC or ORG nor a label of a model's own in capitals, such as EVENT";
        var id = line[columns[2]].Trim(' ');
        if (id.IsEmpty)
            return "the id is empty";
        var weight = line[columns[3]];
        if (!double.TryParse(weight, WeightStyle, CultureInfo.InvariantCulture, out var value) || !GazetteerRules.IsWeight(value))
            return $"weight '{TsvFiles.Shown(weight)}' is not a finite number of at least 0";
        var canonical = count == 5 ? line[columns[4]].Trim(' ') : [];
        if (count == 5 && canonical.IsEmpty)
            return "the canonical name is empty; leave the column out instead";
        return corrections.Add(line[columns[0]].Trim(' '), label, id, value, canonical, builder);
    }

    /// <summary>Own labels are in capitals, so that a column that was moved is not taken for one.</summary>
    private static bool TryReadLabel(ReadOnlySpan<char> name, out EntityLabel label)
    {
        var isTag = EntityTags.TryParseTag(name, out var type);
        label =
            isTag ? type
            : EntityLabel.IsName(name) && !name.ContainsAnyExceptInRange('!', '_') ? EntityLabel.Of(name.ToString())
            : default;
        return label.Name is not null;
    }

    private const NumberStyles WeightStyle = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
}
