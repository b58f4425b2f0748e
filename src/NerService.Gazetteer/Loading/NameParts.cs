using NerService.Text.Folding;

namespace NerService.Gazetteer;

/// <summary>What part of a person's name a word is known as.</summary>
[Flags]
public enum NamePartKind
{
    /// <summary>Not known as one.</summary>
    None = 0,

    /// <summary>A given name.</summary>
    Given = 1,

    /// <summary>A family name.</summary>
    Family = 2,
}

/// <summary>
/// Given and family names: evidence that a word is (part of) a name, never an entity. Read from UTF-8 lines <c>name kind</c>, kind <c>given</c> or
/// <c>family</c>, with comments as in gazetteer files. Immutable.
/// </summary>
public sealed class NameParts
{
    private readonly Dictionary<string, NamePartKind> _kinds;
    private readonly Dictionary<string, NamePartKind>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    private NameParts(Dictionary<string, NamePartKind> kinds, string version)
    {
        _kinds = kinds;
        _lookup = kinds.GetAlternateLookup<ReadOnlySpan<char>>();
        Version = version;
    }

    /// <summary>No names at all.</summary>
    public static NameParts Empty { get; } = new(new Dictionary<string, NamePartKind>(StringComparer.Ordinal), ContentHash.Of([]));

    /// <summary>Number of distinct keys.</summary>
    public int Count => _kinds.Count;

    /// <summary>Hash of the content, as <see cref="GazetteerIndex.Version"/>.</summary>
    public string Version { get; }

    /// <summary>What a key is known as; both kinds for a name that is used as both.</summary>
    /// <param name="foldedKey">Folded words joined by one space, as <see cref="FoldedText"/> gives them.</param>
    public NamePartKind Find(ReadOnlySpan<char> foldedKey) => _lookup.TryGetValue(foldedKey, out var kind) ? kind : NamePartKind.None;

    /// <summary>Whether a key is known as a given or family name.</summary>
    /// <param name="foldedKey">Folded words joined by one space, as <see cref="FoldedText"/> gives them.</param>
    public bool Contains(ReadOnlySpan<char> foldedKey) => _lookup.ContainsKey(foldedKey);

    /// <summary>Reads files of name parts.</summary>
    /// <param name="files">The files, each below 2 GiB.</param>
    /// <param name="options">How; null means the defaults.</param>
    /// <param name="cancellationToken">Gives up between files.</param>
    /// <exception cref="GazetteerFormatException">A line is bad and the options say to stop.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static Task<GazetteerLoadResult<NameParts>> LoadAsync(
        IReadOnlyList<string> files,
        GazetteerLoadOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(files);
        return Task.Run(() => Load(files, options ?? new GazetteerLoadOptions(), cancellationToken), cancellationToken);
    }

    private static GazetteerLoadResult<NameParts> Load(IReadOnlyList<string> files, GazetteerLoadOptions options, CancellationToken cancellationToken)
    {
        var contents = FileContent.Read(files, cancellationToken);
        var bad = new BadLines(options);
        var kinds = new Dictionary<string, NamePartKind>(StringComparer.Ordinal);
        for (var i = 0; i < contents.Length; i++)
        {
            if (!bad.IsText(files[i], contents[i]))
                continue;
            foreach (var line in new TsvLines(contents[i]))
            {
                if ((line.IsUtf8 ? AddLine(line.Text, kinds) : TsvLines.NotUtf8) is { } reason)
                    bad.Report(new BadLine(files[i], line.Number, reason));
            }
        }
        return new GazetteerLoadResult<NameParts>(new NameParts(kinds, ContentHash.Of(contents)), bad.Skipped);
    }

    private static string? AddLine(ReadOnlySpan<char> line, Dictionary<string, NamePartKind> kinds)
    {
        Span<Range> columns = stackalloc Range[3];
        var count = line.Split(columns, '\t');
        if (count != 2)
            return $"expected 2 columns parted by a tab (name, kind), found {(count == 3 ? "more than 2" : count)}";
        var kind = line[columns[1]] switch
        {
            "given" => NamePartKind.Given,
            "family" => NamePartKind.Family,
            _ => NamePartKind.None,
        };
        if (kind == NamePartKind.None)
            return $"kind '{TsvLines.Shown(line[columns[1]])}' is not given or family";
        var key = FoldedText.KeyOf(line[columns[0]]);
        if (key.Length == 0)
            return "nothing of the name is left when it is folded";
        kinds[key] = kinds.GetValueOrDefault(key) | kind;
        return null;
    }
}
