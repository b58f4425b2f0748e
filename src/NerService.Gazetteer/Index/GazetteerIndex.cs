using NerService.Text.Folding;

namespace NerService.Gazetteer.Index;

/// <summary>
/// The names of a gazetteer, found by key: each word folded (<see cref="FoldingProfile.GazetteerKey"/>), words joined by one space. Immutable and
/// safe for any number of threads; a new one is built aside and swapped in. Holds flat arrays only, no object per entry or key, so that it is cheap
/// to build, small, and free for the garbage collector to pass over. A look-up costs a number of steps that does not depend on <see cref="Count"/>.
/// </summary>
public sealed class GazetteerIndex
{
    private readonly TextTable _words;
    private readonly KeyTrie _trie;

    /// <summary>First entry of each node, by ordinal, and the number of entries at the end.</summary>
    private readonly int[] _entryStarts;

    private readonly StoredEntry[] _entries;
    private readonly TextPool _texts;
    private readonly Lazy<string> _version;

    internal GazetteerIndex(
        TextTable words,
        KeyTrie trie,
        int[] entryStarts,
        StoredEntry[] entries,
        TextPool texts,
        GazetteerOrigin origin,
        IReadOnlyList<string> files,
        string? version
    )
    {
        (_words, _trie, _entryStarts, _entries, _texts) = (words, trie, entryStarts, entries, texts);
        (Origin, Files) = (origin, files);
        OwnLabels = [.. entries.Where(entry => entry.Label != StoredEntry.None).Select(entry => entry.Label).Distinct().Select(Text)];
        _version = version is null ? new Lazy<string>(() => ContentHash.OfEntries(Keys.SelectMany(entries => entries))) : new Lazy<string>(version);
    }

    /// <summary>An index without names.</summary>
    public static GazetteerIndex Empty { get; } = Build([], GazetteerOrigin.BuiltIn);

    /// <summary>The labels of its entries that are none of the service's types, each once.</summary>
    public IReadOnlyCollection<string> OwnLabels { get; }

    /// <summary>Number of entries. Lines that say the same (surface, type and id) count once.</summary>
    public int Count => _entries.Length;

    /// <summary>The files read, in order; empty for entries that came with a request.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>Whose names these are.</summary>
    public GazetteerOrigin Origin { get; }

    /// <summary>Hash of the content, 16 hexadecimal digits (the first 64 bits of a SHA-256): equal content in equal order has an equal version,
    /// whatever the files are called.</summary>
    public string Version => _version.Value;

    /// <summary>The entries of each key, in the index's own order, which is the same for the same content.</summary>
    public IEnumerable<GazetteerEntries> Keys
    {
        get
        {
            for (var node = 0; node + 1 < _entryStarts.Length; node++)
                if (_entryStarts[node + 1] > _entryStarts[node])
                    yield return EntriesOf(node);
        }
    }

    /// <summary>Builds an index of entries at hand; cheap enough (about a microsecond per entry) to be done for each request.</summary>
    /// <param name="entries">The entries; on equal weights the earlier goes first.</param>
    /// <param name="origin">Whose names they are. Default: a request's.</param>
    /// <exception cref="ArgumentException">An entry breaks <see cref="GazetteerRules"/>; the message says which and why.</exception>
    public static GazetteerIndex Build(IReadOnlyList<GazetteerEntry> entries, GazetteerOrigin origin = GazetteerOrigin.Request)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var builder = new GazetteerIndexBuilder(entries.Count);
        for (var i = 0; i < entries.Count; i++)
        {
            if (entries[i] is not { } entry)
                throw new ArgumentException($"Gazetteer entry {i} is null.", nameof(entries));
            if (
                (GazetteerRules.HeadProblem(entry) ?? builder.Add(entry.Surface, entry.Label, entry.Id, entry.Weight, entry.Canonical)) is { } problem
            )
                throw new ArgumentException($"Gazetteer entry {i} (\"{entry.Surface}\"): {problem}.", nameof(entries));
        }
        return builder.Build(origin, [], version: null);
    }

    /// <summary>Whether a key is in the index.</summary>
    /// <param name="foldedKey">Folded words joined by one space, as <see cref="FoldedText"/> gives them.</param>
    public bool ContainsKey(ReadOnlySpan<char> foldedKey) => Find(foldedKey).Count > 0;

    /// <summary>The entries of a key, however many they are.</summary>
    /// <param name="foldedKey">Folded words joined by one space, as <see cref="FoldedText"/> gives them.</param>
    public GazetteerEntries Find(ReadOnlySpan<char> foldedKey)
    {
        var node = 0;
        var first = true;
        foreach (var range in foldedKey.Split(' '))
        {
            var word = foldedKey[range];
            var number = FindWord(WordHash.Of(word), [], word);
            if (number < 0)
                return default;
            if (first)
                node = number;
            else if (!_trie.TryStep(node, number, out node))
                return default;
            first = false;
        }
        return EntriesAt(node);
    }

    /// <summary>Whether a word is the first of some key of more than one word.</summary>
    /// <param name="foldedWord">One folded word.</param>
    public bool BeginsLongerKey(ReadOnlySpan<char> foldedWord) =>
        FindWord(WordHash.Of(foldedWord), [], foldedWord) is >= 0 and var number && _trie.HasChildren(KeyTrie.Ordinal(number, _words.Count));

    /// <summary>Whether a word is one of some key's.</summary>
    /// <param name="foldedWord">One folded word.</param>
    public bool ContainsWord(ReadOnlySpan<char> foldedWord) => FindWord(WordHash.Of(foldedWord), [], foldedWord) >= 0;

    internal int FindWord(uint hash, ReadOnlySpan<char> restored, ReadOnlySpan<char> rest) => _words.Find(hash, restored, rest);

    internal bool TryStep(int node, int word, out int child)
    {
        child = 0;
        return _trie.HasChildren(KeyTrie.Ordinal(node, _words.Count)) && _trie.TryStep(node, word, out child);
    }

    internal bool IsKey(int node)
    {
        var ordinal = KeyTrie.Ordinal(node, _words.Count);
        return _entryStarts[ordinal + 1] > _entryStarts[ordinal];
    }

    internal GazetteerEntries EntriesAt(int node) => EntriesOf(KeyTrie.Ordinal(node, _words.Count));

    internal ref readonly StoredEntry Entry(int entry) => ref _entries[entry];

    internal string Text(int number) => new(_texts[number]);

    private GazetteerEntries EntriesOf(int ordinal) => new(this, _entryStarts[ordinal], _entryStarts[ordinal + 1] - _entryStarts[ordinal]);
}
