using NerService.Text;

namespace NerService.Gazetteer;

/// <summary>Builds an index from entries added one by one. One thread, one use.</summary>
/// <param name="capacity">At least the number of entries that will be added.</param>
internal sealed class GazetteerIndexBuilder(int capacity)
{
    /// <summary>Tables start for at most so many and grow from there: a file of nothing but line feeds must not ask for the machine's memory.</summary>
    private const int MaxFirstRoom = 1 << 20;

    private readonly KeyReader _key = new();
    private readonly WordTable _words = new(Math.Min(capacity / 2, MaxFirstRoom));
    private readonly KeyTrie _trie = new(Math.Min(capacity / 2, MaxFirstRoom));
    private readonly int[] _nodes = new int[capacity];
    private readonly byte[] _types = new byte[capacity];
    private readonly double[] _weights = new double[capacity];
    private int _count;

    /// <summary>Adds an entry whose type and weight are already checked.</summary>
    /// <returns>Why the surface cannot be a key, and then nothing was added; null when it was.</returns>
    internal string? Add(ReadOnlySpan<char> surface, EntityType type, double weight)
    {
        if (_key.Read(surface) is { } problem) return problem;
        var node = _words.Add(_key.Word(0));
        for (var i = 1; i < _key.WordCount; i++) node = _trie.Step(node, _words.Add(_key.Word(i)));
        (_nodes[_count], _types[_count], _weights[_count]) = (node, (byte)type, weight);
        _count++;
        return null;
    }

    /// <summary>Ends building.</summary>
    /// <param name="texts">The texts of the entries added, in the order they were added.</param>
    /// <param name="origin">Whose names they are.</param>
    /// <param name="files">The files read.</param>
    /// <param name="version">Hash of the content.</param>
    internal GazetteerIndex Build(EntryTexts texts, GazetteerOrigin origin, IReadOnlyList<string> files, Lazy<string> version)
    {
        _trie.Freeze(_words.Count);
        var starts = new int[_words.Count + _trie.LongerPaths + 1];
        var order = OrderByNode(starts);
        var (ids, heaviestOfId) = NumberIds(texts);
        var count = DropDuplicates(starts, order, ids, texts, out var flags, out var keys);
        if (count < order.Length) order = order.AsSpan(0, count).ToArray();

        var newNumbers = new int[_count];
        for (var i = 0; i < count; i++) newNumbers[order[i]] = i;
        var weights = new double[count];
        var heaviest = new int[count];
        for (var i = 0; i < count; i++)
        {
            weights[i] = _weights[order[i]];
            heaviest[i] = newNumbers[heaviestOfId[ids[order[i]]]];
        }
        return new GazetteerIndex(_words, _trie, starts, flags, weights, heaviest, texts.Reorder(order), origin, files, version) { KeyCount = keys };
    }

    /// <summary>Counting sort by node; within a node the heaviest first, then the one added first.</summary>
    /// <param name="starts">Receives where the entries of each node start.</param>
    private int[] OrderByNode(int[] starts)
    {
        for (var entry = 0; entry < _count; entry++) starts[KeyTrie.Ordinal(_nodes[entry], _words.Count)]++;
        for (var node = 1; node < starts.Length; node++) starts[node] += starts[node - 1];
        // Filled from the back, which leaves each node's count at its start.
        var order = new int[_count];
        for (var entry = _count - 1; entry >= 0; entry--) order[--starts[KeyTrie.Ordinal(_nodes[entry], _words.Count)]] = entry;
        for (var node = 0; node + 1 < starts.Length; node++)
        {
            var group = order.AsSpan(starts[node], starts[node + 1] - starts[node]);
            if (group.Length > 1) group.Sort((a, b) => _weights[b].CompareTo(_weights[a]) is var byWeight and not 0 ? byWeight : a.CompareTo(b));
        }
        return order;
    }

    /// <summary>Numbers the ids, so that they compare fast, and finds the heaviest entry of each (equal weights: the one added first).</summary>
    private (int[] Ids, int[] HeaviestOfId) NumberIds(EntryTexts texts)
    {
        var ids = new int[_count];
        var heaviest = new int[_count];
        var distinct = 0;
        var slots = new ulong[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, _count + _count / 2))];
        for (var entry = 0; entry < _count; entry++)
        {
            var number = -1;
            if (texts.HasId(entry))
            {
                var hash = texts.IdHash(entry);
                var i = hash & (uint)(slots.Length - 1);
                for (; slots[i] is var slot && slot != 0; i = (i + 1) & (uint)(slots.Length - 1))
                {
                    if ((uint)(slot >> 32) != hash || !texts.SameId(entry, heaviest[(int)(uint)slot - 1])) continue;
                    number = (int)(uint)slot - 1;
                    break;
                }
                if (number < 0) slots[i] = (ulong)hash << 32 | (uint)(distinct + 1);
            }
            if (number < 0) heaviest[number = distinct++] = entry;
            else if (_weights[entry] > _weights[heaviest[number]]) heaviest[number] = entry;
            ids[entry] = number;
        }
        return (ids, heaviest);
    }

    /// <summary>Closes the ranks over entries that repeat surface, type and id of a heavier or earlier one of their key.</summary>
    /// <returns>Number of entries left.</returns>
    private int DropDuplicates(int[] starts, int[] order, int[] ids, EntryTexts texts, out byte[] flags, out int keys)
    {
        var kept = new byte[order.Length];
        var seen = new HashSet<int>();
        var end = 0;
        keys = 0;
        for (var node = 0; node + 1 < starts.Length; node++)
        {
            var (from, to) = (starts[node], starts[node + 1]);
            starts[node] = end;
            if (to > from) keys++;
            if (to - from > 1 && seen.Count > 0) seen = seen.Count > 64 ? [] : Cleared(seen);
            for (var i = from; i < to; i++)
            {
                var entry = order[i];
                var isFirst = to - from == 1 || seen.Add(ids[entry]);
                if (!isFirst && Repeats(order.AsSpan(starts[node], end - starts[node]), entry, ids, texts)) continue;
                kept[end] = (byte)(_types[entry] | (isFirst ? GazetteerIndex.FirstOfId : 0));
                order[end++] = entry;
            }
        }
        starts[^1] = end;
        flags = end < kept.Length ? kept.AsSpan(0, end).ToArray() : kept;
        return end;
    }

    private static HashSet<int> Cleared(HashSet<int> set)
    {
        set.Clear();
        return set;
    }

    private bool Repeats(ReadOnlySpan<int> earlier, int entry, int[] ids, EntryTexts texts)
    {
        foreach (var other in earlier)
            if (ids[other] == ids[entry] && _types[other] == _types[entry] && texts.SameSurface(other, entry)) return true;
        return false;
    }
}
