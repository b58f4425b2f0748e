using System.Numerics;

namespace NerService.Gazetteer.Index;

/// <summary>
/// A trie whose letters are words, hashed: a key is a path of word numbers. The node of a one-word path is the word's own number; longer paths are
/// numbered apart and written as the complement, so that both kinds grow independently.
/// </summary>
internal sealed class KeyTrie
{
    /// <summary>Number + 1 of a longer path; 0 is an empty slot. A power of two long, at most half full.</summary>
    private int[] _slots;

    /// <summary>Parent node and last word of each longer path.</summary>
    private ulong[] _edges;

    private ulong[] _hasChildren = [];

    private int _longerPaths;

    /// <summary>Makes an empty trie.</summary>
    /// <param name="expectedPaths">Initial capacity for paths longer than one word.</param>
    internal KeyTrie(int expectedPaths)
    {
        _slots = new int[(int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(32, expectedPaths)) * 2];
        _edges = new ulong[Math.Max(32, expectedPaths)];
    }

    internal int LongerPaths => _longerPaths;

    /// <summary>The node that a word leads to.</summary>
    /// <returns>False when no key goes that way.</returns>
    internal bool TryStep(int node, int word, out int child)
    {
        var edge = Edge(node, word);
        var slots = _slots;
        var mask = (uint)(slots.Length - 1);
        for (var i = WordHash.OfEdge(edge) & mask; slots[i] is var slot && slot != 0; i = (i + 1) & mask)
        {
            if (_edges[slot - 1] != edge)
                continue;
            child = ~(slot - 1);
            return true;
        }
        child = 0;
        return false;
    }

    /// <summary>The node that a word leads to, a new one if no key went that way yet.</summary>
    internal int Step(int node, int word)
    {
        if (TryStep(node, word, out var child))
            return child;
        if ((_longerPaths + 1) * 2 > _slots.Length)
            Rehash(_slots.Length * 2);
        if (_longerPaths == _edges.Length)
            Array.Resize(ref _edges, _edges.Length * 2);
        _edges[_longerPaths] = Edge(node, word);
        Insert(_slots, _longerPaths);
        return ~_longerPaths++;
    }

    /// <summary>Ends building: notes which nodes have children, and gives back the room that was not needed.</summary>
    /// <param name="words">Number of words.</param>
    internal void Freeze(int words)
    {
        Array.Resize(ref _edges, _longerPaths);
        _hasChildren = new ulong[(words + _longerPaths + 63) / 64];
        foreach (var edge in _edges)
        {
            var parent = Ordinal((int)(edge >> 32), words);
            _hasChildren[parent / 64] |= 1UL << (parent % 64);
        }
    }

    /// <summary>Whether any key goes on from a node. Small enough to stay in the cache, and spares most looks into the big table.</summary>
    /// <param name="ordinal">The node's <see cref="Ordinal"/>.</param>
    internal bool HasChildren(int ordinal) => (_hasChildren[ordinal / 64] >> (ordinal % 64) & 1) != 0;

    /// <summary>A node's place among all nodes: the words first, then the longer paths.</summary>
    internal static int Ordinal(int node, int words) => node >= 0 ? node : words + ~node;

    private static ulong Edge(int node, int word) => (ulong)(uint)node << 32 | (uint)word;

    private void Rehash(int size)
    {
        var slots = new int[size];
        for (var path = 0; path < _longerPaths; path++)
            Insert(slots, path);
        _slots = slots;
    }

    private void Insert(int[] slots, int path)
    {
        var i = WordHash.OfEdge(_edges[path]) & (uint)(slots.Length - 1);
        while (slots[i] != 0)
            i = (i + 1) & (uint)(slots.Length - 1);
        slots[i] = path + 1;
    }
}
