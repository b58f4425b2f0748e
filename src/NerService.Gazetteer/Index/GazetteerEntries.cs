using System.Collections;
using NerService.Text.Labels;

namespace NerService.Gazetteer.Index;

/// <summary>The entries of one key, heaviest first (equal weights: in file order). A view into an index; copying it copies nothing else.</summary>
public readonly struct GazetteerEntries : IReadOnlyList<IndexedEntry>
{
    private readonly GazetteerIndex? _index;
    private readonly int _start;

    internal GazetteerEntries(GazetteerIndex index, int start, int count) => (_index, _start, Count) = (index, start, count);

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

    /// <summary>The types that the key may name: bit 1 &lt;&lt; (int)type for each.</summary>
    public int TypeMask
    {
        get
        {
            var types = 0;
            for (var i = 0; i < Count; i++)
                types |= 1 << (int)this[i].Type;
            return types;
        }
    }

    /// <summary>Weight of the heaviest entry, of whatever type; 0 when there is none.</summary>
    public double HeaviestWeight => Count == 0 ? 0 : this[0].Weight;

    /// <summary>The heaviest entry of a type.</summary>
    /// <returns>Null when the key never names that type.</returns>
    public IndexedEntry? Heaviest(EntityType type)
    {
        for (var i = 0; i < Count; i++)
            if (this[i].Type == type)
                return this[i];
        return null;
    }

    /// <inheritdoc/>
    public IEnumerator<IndexedEntry> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>One entry of an index. Type and weight are read at once; every access to a text makes a new string.</summary>
public readonly record struct IndexedEntry
{
    private readonly GazetteerIndex _index;
    private readonly int _entry;

    internal IndexedEntry(GazetteerIndex index, int entry) => (_index, _entry) = (index, entry);

    /// <summary>What it names.</summary>
    public EntityType Type => _index.Entry(_entry).Type;

    /// <summary>What it names, as the entry calls it.</summary>
    public EntityLabel Label => _index.Entry(_entry) is { Label: >= 0 and var label } entry ? new EntityLabel(_index.Text(label), entry.Type) : Type;

    /// <summary>How prominent the thing is; at least 0.</summary>
    public double Weight => _index.Entry(_entry).Weight;

    /// <summary>Whether the name is an ordinary word or a better-known thing too (<c>hazard.tsv</c>): it backs what a sentence makes likely, but
    /// proposes nothing by itself.</summary>
    public bool NeedsContext => _index.Entry(_entry).NeedsContext;

    /// <summary>Whose name it is.</summary>
    public GazetteerOrigin Origin => _index.Origin;

    /// <summary>The name as written in the file.</summary>
    public string Surface => _index.Text(_index.Entry(_entry).Surface);

    /// <summary>Identifier of the thing named.</summary>
    public string Id => _index.Text(_index.Entry(_entry).Id);

    /// <summary>The name to print: the entry's own canonical name, or else the heaviest surface of the same index with the same id.</summary>
    public string Canonical => _index.Text(_index.Entry(_entry).Canonical);
}
