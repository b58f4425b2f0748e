using NerService.Text;

namespace NerService.Gazetteer;

/// <summary>
/// The names of a gazetteer, found by key: each word folded (<see cref="FoldingProfile.GazetteerKey"/>), words joined by one space. Immutable and safe
/// for any number of threads; a new one is built aside and swapped in. Holds flat arrays only, no object per entry or key, so that it is cheap to
/// build, small, and free for the garbage collector to pass over. A look-up costs a number of steps that does not depend on <see cref="Count"/>.
/// </summary>
public sealed class GazetteerIndex
{
    private readonly WordTable _words;
    private readonly KeyTrie _trie;

    /// <summary>First entry of each node, by ordinal, and the number of entries at the end.</summary>
    private readonly int[] _entryStarts;

    /// <summary>Type in the lower two bits; <see cref="FirstOfId"/>.</summary>
    private readonly byte[] _flags;

    private readonly double[] _weights;

    /// <summary>For each entry the heaviest with the same id.</summary>
    private readonly int[] _heaviest;

    private readonly Lazy<string> _version;

    internal const byte TypeMask = 3, FirstOfId = 4;

    internal GazetteerIndex(
        WordTable words, KeyTrie trie, int[] entryStarts, byte[] flags, double[] weights, int[] heaviest, EntryTexts texts, GazetteerOrigin origin,
        IReadOnlyList<string> files, Lazy<string> version)
    {
        (_words, _trie, _entryStarts, _flags, _weights, _heaviest, _version) = (words, trie, entryStarts, flags, weights, heaviest, version);
        (Texts, Origin, Files) = (texts, origin, files);
    }

    /// <summary>An index without names.</summary>
    public static GazetteerIndex Empty { get; } = Build([], GazetteerOrigin.BuiltIn);

    /// <summary>Number of entries. Lines that say the same (surface, type and id) count once.</summary>
    public int Count => _flags.Length;

    /// <summary>Number of distinct keys.</summary>
    public int KeyCount { get; internal init; }

    /// <summary>The files read, in order; empty for entries that came with a request.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>Whose names these are.</summary>
    public GazetteerOrigin Origin { get; }

    /// <summary>Hash of the content, 16 hexadecimal digits (the first 64 bits of a SHA-256): equal content in equal order has an equal version, whatever
    /// the files are called.</summary>
    public string Version => _version.Value;

    internal EntryTexts Texts { get; }

    /// <summary>Builds an index of entries at hand; cheap enough (about a microsecond an entry) to be done for each request.</summary>
    /// <param name="entries">The entries; on equal weights the earlier goes first.</param>
    /// <param name="origin">Whose names they are. Default: a request's.</param>
    /// <exception cref="ArgumentException">An entry breaks <see cref="GazetteerRules"/>; the message says which and why.</exception>
    public static GazetteerIndex Build(IReadOnlyList<GazetteerEntry> entries, GazetteerOrigin origin = GazetteerOrigin.Request)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var copies = entries.ToArray();
        var builder = new GazetteerIndexBuilder(copies.Length);
        for (var i = 0; i < copies.Length; i++)
        {
            if (copies[i] is not { } entry) throw new ArgumentException($"Gazetteer entry {i} is null.", nameof(entries));
            if (GazetteerRules.HeadProblem(entry) is { } problem || (problem = builder.Add(entry.Surface, entry.Type, entry.Weight)) is not null)
                throw new ArgumentException($"Gazetteer entry {i} (\"{entry.Surface}\"): {problem}.", nameof(entries));
        }
        return builder.Build(new ListedTexts(copies), origin, [], new Lazy<string>(() => ContentHash.OfEntries(copies)));
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
            if (number < 0) return default;
            if (first) node = number;
            else if (!_trie.TryStep(node, number, out node)) return default;
            first = false;
        }
        return EntriesAt(node);
    }

    /// <summary>Whether a word is the first of some key of more than one word.</summary>
    /// <param name="foldedWord">One folded word.</param>
    public bool BeginsLongerKey(ReadOnlySpan<char> foldedWord) =>
        FindWord(WordHash.Of(foldedWord), [], foldedWord) is >= 0 and var number && _trie.HasChildren(KeyTrie.Ordinal(number, _words.Count));

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

    internal GazetteerEntries EntriesAt(int node)
    {
        var ordinal = KeyTrie.Ordinal(node, _words.Count);
        return new GazetteerEntries(this, _entryStarts[ordinal], _entryStarts[ordinal + 1] - _entryStarts[ordinal]);
    }

    /// <summary>Whether an entry of a node is written as a text is, whitespace apart.</summary>
    internal bool IsWrittenAs(int node, ReadOnlySpan<char> text)
    {
        var ordinal = KeyTrie.Ordinal(node, _words.Count);
        for (var entry = _entryStarts[ordinal]; entry < _entryStarts[ordinal + 1]; entry++)
            if (Texts.IsWrittenAs(entry, text)) return true;
        return false;
    }

    /// <summary>The names of one type, as they are written; in the index's own order, which is the same for the same files.</summary>
    public IEnumerable<string> Surfaces(EntityType type) => Enumerable.Range(0, Count).Where(entry => TypeOf(entry) == type).Select(Texts.Surface);

    internal EntityType TypeOf(int entry) => (EntityType)(_flags[entry] & TypeMask);

    internal double WeightOf(int entry) => _weights[entry];

    internal bool IsFirstOfId(int entry) => (_flags[entry] & FirstOfId) != 0;

    internal string CanonicalOf(int entry) => Texts.Canonical(entry) ?? Texts.Surface(_heaviest[entry]);
}
