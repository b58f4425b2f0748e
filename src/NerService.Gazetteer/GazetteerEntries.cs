using System.Collections;
using NerService.Text;

namespace NerService.Gazetteer;

/// <summary>The entries of one key, heaviest first (equal weights: in file order). A view into an index; copying it copies nothing else.</summary>
public readonly struct GazetteerEntries : IReadOnlyList<IndexedEntry>
{
    private readonly GazetteerIndex? _index;
    private readonly int _start;

    internal GazetteerEntries(GazetteerIndex index, int start, int count)
    {
        _index = index;
        _start = start;
        Count = count;
    }

    /// <summary>Number of entries; 0 when the key is not in the index.</summary>
    public int Count { get; }

    /// <summary>An entry.</summary>
    /// <param name="index">In [0, <see cref="Count"/>).</param>
    public IndexedEntry this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            return new IndexedEntry(_index!, _start + index);
        }
    }

    /// <summary>How many types the key may name: above 1, the key alone does not tell.</summary>
    public int DistinctTypes
    {
        get
        {
            var types = 0;
            for (var i = 0; i < Count; i++) types |= 1 << (int)this[i].Type;
            return int.PopCount(types);
        }
    }

    /// <summary>How many things the key may name. An entry without an id counts as a thing of its own.</summary>
    public int DistinctIds
    {
        get
        {
            var ids = 0;
            for (var i = 0; i < Count; i++)
                if (_index!.IsFirstOfId(_start + i)) ids++;
            return ids;
        }
    }

    /// <summary>The heaviest entry of a type.</summary>
    /// <returns>Null when the key never names that type.</returns>
    public IndexedEntry? Heaviest(EntityType type)
    {
        for (var i = 0; i < Count; i++)
            if (this[i].Type == type) return this[i];
        return null;
    }

    /// <summary>Enumerates the entries without allocating.</summary>
    public Enumerator GetEnumerator() => new(this);

    IEnumerator<IndexedEntry> IEnumerable<IndexedEntry>.GetEnumerator() => GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Walks over the entries.</summary>
    public struct Enumerator : IEnumerator<IndexedEntry>
    {
        private readonly GazetteerEntries _entries;
        private int _position;

        internal Enumerator(GazetteerEntries entries)
        {
            _entries = entries;
            _position = -1;
        }

        /// <inheritdoc />
        public readonly IndexedEntry Current => _entries[_position];

        readonly object IEnumerator.Current => Current;

        /// <inheritdoc />
        public bool MoveNext() => ++_position < _entries.Count;

        /// <inheritdoc />
        public void Reset() => _position = -1;

        /// <inheritdoc />
        public readonly void Dispose()
        {
        }
    }
}

/// <summary>One entry of an index. Type and weight are read at once; every access to a text makes a new string.</summary>
public readonly struct IndexedEntry : IEquatable<IndexedEntry>
{
    private readonly GazetteerIndex _index;
    private readonly int _entry;

    internal IndexedEntry(GazetteerIndex index, int entry)
    {
        _index = index;
        _entry = entry;
    }

    /// <summary>What it names.</summary>
    public EntityType Type => _index.TypeOf(_entry);

    /// <summary>How prominent the thing is; at least 0.</summary>
    public double Weight => _index.WeightOf(_entry);

    /// <summary>Whose name it is.</summary>
    public GazetteerOrigin Origin => _index.Origin;

    /// <summary>The name as written in the file.</summary>
    public string Surface => _index.Texts.Surface(_entry);

    /// <summary>Identifier of the thing named.</summary>
    public string Id => _index.Texts.Id(_entry);

    /// <summary>The name to print: the entry's own canonical name, or else the heaviest surface of the same index with the same id.</summary>
    public string Canonical => _index.CanonicalOf(_entry);

    /// <summary>The entry as a record of its own, the canonical name filled in.</summary>
    public GazetteerEntry ToEntry() => new(Surface, Type, Id, Weight, Canonical);

    /// <summary>Whether both are the same entry of the same index.</summary>
    public bool Equals(IndexedEntry other) => ReferenceEquals(_index, other._index) && _entry == other._entry;

    /// <inheritdoc />
    public override bool Equals(object? obj) => obj is IndexedEntry other && Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => _entry;

    /// <summary>Whether both are the same entry of the same index.</summary>
    public static bool operator ==(IndexedEntry left, IndexedEntry right) => left.Equals(right);

    /// <summary>Whether they are different entries.</summary>
    public static bool operator !=(IndexedEntry left, IndexedEntry right) => !left.Equals(right);
}
