using NerService.Text.Labels;

namespace NerService.Gazetteer.Index;

/// <summary>Builds an index from entries added one by one. One thread, one use.</summary>
/// <param name="expectedEntries">Initial capacity.</param>
internal sealed class GazetteerIndexBuilder(int expectedEntries)
{
    /// <summary>Tables start for at most so many and grow from there: a file of nothing but line feeds must not ask for much.</summary>
    private const int MaxFirstRoom = 1 << 20;

    private readonly KeyReader _key = new();
    private readonly TextTable _words = new(Math.Min(expectedEntries / 2, MaxFirstRoom), expectedLength: 6);
    private readonly TextTable _texts = new(Math.Min(expectedEntries, MaxFirstRoom), expectedLength: 16);
    private readonly KeyTrie _trie = new(Math.Min(expectedEntries, MaxFirstRoom));
    private readonly List<int> _nodes = new(Math.Min(expectedEntries, MaxFirstRoom));
    private readonly List<StoredEntry> _entries = new(Math.Min(expectedEntries, MaxFirstRoom));

    /// <summary>Adds an entry whose label and weight are already checked.</summary>
    /// <param name="surface">The name as written.</param>
    /// <param name="label">What it names.</param>
    /// <param name="id">Identifier of the thing named; may be empty.</param>
    /// <param name="weight">How prominent the thing is.</param>
    /// <param name="canonical">The name to print; empty means the heaviest surface with the same id.</param>
    /// <param name="needsContext">Whether the name is an ordinary word too.</param>
    /// <returns>Why the surface cannot be a key, and then nothing was added; null when it was.</returns>
    internal string? Add(
        ReadOnlySpan<char> surface,
        EntityLabel label,
        ReadOnlySpan<char> id,
        double weight,
        ReadOnlySpan<char> canonical,
        bool needsContext = false
    )
    {
        if (_key.Read(surface) is { } problem)
            return problem;
        var node = _words.Add(_key.Word(0));
        for (var i = 1; i < _key.WordCount; i++)
            node = _trie.Step(node, _words.Add(_key.Word(i)));
        _nodes.Add(node);
        // Most names are printed as they are written, and most spellings of a thing stand below each other.
        var (previousId, previousName) = _entries.Count == 0 ? (StoredEntry.None, StoredEntry.None) : (_entries[^1].Id, _entries[^1].Canonical);
        var text = _texts.Add(surface);
        var name =
            canonical.IsEmpty ? StoredEntry.None
            : canonical.SequenceEqual(surface) ? text
            : _texts.Add(canonical, likely: previousName);
        var own = label == EntityLabel.Of(label.Type) ? StoredEntry.None : _texts.Add(label.Name);
        _entries.Add(new StoredEntry(text, _texts.Add(id, likely: previousId), name, own, weight, label.Type, needsContext));
        return null;
    }

    /// <summary>Ends building.</summary>
    /// <param name="origin">Whose names they are.</param>
    /// <param name="files">The files read.</param>
    /// <param name="version">Hash of the content; null: made from the entries when it is asked for.</param>
    internal GazetteerIndex Build(GazetteerOrigin origin, IReadOnlyList<string> files, string? version)
    {
        _trie.Freeze(_words.Count);
        _words.Texts.Trim();
        _texts.Texts.Trim();
        var starts = new int[_words.Count + _trie.LongerPaths + 1];
        var order = OrderByNode(starts);
        return new GazetteerIndex(_words, _trie, starts, DistinctEntries(starts, order, HeaviestOfIds()), _texts.Texts, origin, files, version);
    }

    /// <summary>Counting sort by node; within a node the heaviest first, then the one added first.</summary>
    /// <param name="starts">Receives where the entries of each node start.</param>
    private int[] OrderByNode(int[] starts)
    {
        foreach (var node in _nodes)
            starts[KeyTrie.Ordinal(node, _words.Count)]++;
        for (var node = 1; node < starts.Length; node++)
            starts[node] += starts[node - 1];
        // Filled from the back, which leaves each node's count at its start.
        var order = new int[_entries.Count];
        for (var entry = order.Length - 1; entry >= 0; entry--)
            order[--starts[KeyTrie.Ordinal(_nodes[entry], _words.Count)]] = entry;
        for (var node = 0; node + 1 < starts.Length; node++)
        {
            var group = order.AsSpan(starts[node], starts[node + 1] - starts[node]);
            if (group.Length > 1)
                group.Sort(HeaviestFirst);
        }
        return order;

        int HeaviestFirst(int left, int right) =>
            _entries[right].Weight.CompareTo(_entries[left].Weight) is var byWeight and not 0 ? byWeight : left.CompareTo(right);
    }

    /// <summary>The surface of the heaviest entry of each id (equal weights: the one added first), by the id's number among the texts.</summary>
    private int[] HeaviestOfIds()
    {
        var heaviest = new int[_texts.Count];
        Array.Fill(heaviest, StoredEntry.None);
        for (var entry = 0; entry < _entries.Count; entry++)
        {
            ref var best = ref heaviest[_entries[entry].Id];
            if (best == StoredEntry.None || _entries[entry].Weight > _entries[best].Weight)
                best = entry;
        }
        for (var id = 0; id < heaviest.Length; id++)
            if (heaviest[id] is >= 0 and var entry)
                heaviest[id] = _entries[entry].Surface;
        return heaviest;
    }

    /// <summary>The entries in their order, each with a name to print, without those that repeat a heavier or earlier one of their key; where the
    /// entries of each node start is corrected for those left out.</summary>
    private StoredEntry[] DistinctEntries(int[] starts, int[] order, int[] heaviestOfIds)
    {
        var kept = new StoredEntry[order.Length];
        var end = 0;
        for (var node = 0; node + 1 < starts.Length; node++)
        {
            var group = order.AsSpan(starts[node], starts[node + 1] - starts[node]);
            starts[node] = end;
            var seen = group.Length > 1 ? new HashSet<(int, int, int, EntityType)>(group.Length) : null;
            foreach (var number in group)
            {
                var entry = _entries[number];
                if (seen is null || seen.Add((entry.Surface, entry.Id, entry.Label, entry.Type)))
                    kept[end++] = entry.Canonical != StoredEntry.None ? entry : entry with { Canonical = NameOf(entry) };
            }
        }
        starts[^1] = end;
        Array.Resize(ref kept, end);
        return kept;

        int NameOf(StoredEntry entry) => _texts.Texts[entry.Id].IsEmpty ? entry.Surface : heaviestOfIds[entry.Id];
    }
}
