using NerService.Text.Folding;

namespace NerService.Gazetteer.Loading;

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

    private NameParts(Dictionary<string, NamePartKind> kinds) => (_kinds, _lookup) = (kinds, kinds.GetAlternateLookup<ReadOnlySpan<char>>());

    /// <summary>No names at all.</summary>
    public static NameParts Empty { get; } = new(new Dictionary<string, NamePartKind>(StringComparer.Ordinal));

    /// <summary>Number of distinct keys.</summary>
    public int Count => _kinds.Count;

    /// <summary>What a key is known as; both kinds for a name that is used as both.</summary>
    /// <param name="foldedKey">Folded words joined by one space, as <see cref="FoldedText"/> gives them.</param>
    public NamePartKind Find(ReadOnlySpan<char> foldedKey) => _lookup.TryGetValue(foldedKey, out var kind) ? kind : NamePartKind.None;

    /// <summary>Whether a key is known as a given or family name.</summary>
    /// <param name="foldedKey">Folded words joined by one space, as <see cref="FoldedText"/> gives them.</param>
    public bool Contains(ReadOnlySpan<char> foldedKey) => _lookup.ContainsKey(foldedKey);

    /// <summary>Reads a file of name parts.</summary>
    /// <param name="file">The file, below 2 GiB.</param>
    /// <param name="options">How; null means the defaults.</param>
    /// <param name="cancellationToken">Checked every few thousand lines.</param>
    /// <exception cref="GazetteerFormatException">A line is bad and the options say to stop.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Task<GazetteerLoadResult<NameParts>> LoadAsync(
        string file,
        GazetteerLoadOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Task.Run(() => Load(file, options ?? new GazetteerLoadOptions(), cancellationToken), cancellationToken);

    private static GazetteerLoadResult<NameParts> Load(string file, GazetteerLoadOptions options, CancellationToken cancellationToken)
    {
        var kinds = new Dictionary<string, NamePartKind>(StringComparer.Ordinal);
        var skipped = new TsvFiles([file], cancellationToken).ReadLines(options, (_, line) => AddLine(line, kinds), cancellationToken);
        return new GazetteerLoadResult<NameParts>(new NameParts(kinds), skipped);
    }

    private static string? AddLine(ReadOnlySpan<char> line, Dictionary<string, NamePartKind> kinds)
    {
        Span<Range> columns = stackalloc Range[3];
        var count = line.Split(columns, '\t');
        if (count != 2)
            return $"expected 2 columns separated by a tab (name, kind), found {(count == 3 ? "more than 2" : count)}";
        var kind = line[columns[1]] switch
        {
            "given" => NamePartKind.Given,
            "family" => NamePartKind.Family,
            _ => NamePartKind.None,
        };
        if (kind == NamePartKind.None)
            return $"kind '{TsvFiles.Shown(line[columns[1]])}' is not given or family";
        var key = FoldedText.KeyOf(line[columns[0]]);
        if (key.Length == 0)
            return "nothing of the name is left when it is folded";
        kinds[key] = kinds.GetValueOrDefault(key) | kind;
        return null;
    }
}
