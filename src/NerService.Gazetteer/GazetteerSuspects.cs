using NerService.Gazetteer.Index;
using NerService.Text.Folding;
using NerService.Text.Labels;

namespace NerService.Gazetteer;

/// <summary>A name of an id, as it prints.</summary>
/// <param name="Id">What is named.</param>
/// <param name="Label">Its type, or its label where that is a model's own.</param>
/// <param name="Canonical">The name to print.</param>
public readonly record struct NamedId(string Id, EntityLabel Label, string Canonical);

/// <summary>One name that several ids of a type have: namesakes, or one thing with two ids.</summary>
/// <param name="Key">The folded name.</param>
/// <param name="Ids">The ids, heaviest first; at least two.</param>
public sealed record SharedName(string Key, IReadOnlyList<NamedId> Ids);

/// <summary>Finds what an editor should look at: nothing that is wrong for certain, but nearly all that is wrong with ids is among it.</summary>
public static class GazetteerSuspects
{
    /// <summary>Ids that print as several names or are of several types: two things share them, or one thing is not settled on its name.</summary>
    /// <param name="index">The gazetteer.</param>
    /// <returns>For each such id its types and names, by id.</returns>
    public static IReadOnlyList<IReadOnlyList<NamedId>> SharedIds(GazetteerIndex index) =>
        [
            .. Entries(index)
                .Select(entry => Named(entry))
                .Distinct()
                .GroupBy(named => named.Id, StringComparer.Ordinal)
                .Where(group => group.Count() > 1)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => group.ToArray()),
        ];

    /// <summary>Names, written or printed, that several ids of one type have.</summary>
    /// <param name="index">The gazetteer.</param>
    /// <returns>By type and key.</returns>
    public static IReadOnlyList<SharedName> SharedNames(GazetteerIndex index)
    {
        var owners = new Dictionary<(string Key, EntityLabel Label), Dictionary<string, IndexedEntry>>();
        foreach (var entry in Entries(index))
        {
            Add(entry.Surface, entry);
            Add(entry.Canonical, entry);
        }
        return
        [
            .. owners
                .Where(owner => owner.Value.Count > 1)
                .OrderBy(owner => owner.Key.Label.Name, StringComparer.Ordinal)
                .ThenBy(owner => owner.Key.Key, StringComparer.Ordinal)
                .Select(owner => new SharedName(owner.Key.Key, HeaviestFirst(owner.Value.Values))),
        ];

        void Add(string name, IndexedEntry entry)
        {
            var key = (FoldedText.KeyOf(name), entry.Label.OfType);
            if (!owners.TryGetValue(key, out var ids))
                owners.Add(key, ids = new Dictionary<string, IndexedEntry>(1, StringComparer.Ordinal));
            if (!ids.TryGetValue(entry.Id, out var known) || entry.Weight > known.Weight)
                ids[entry.Id] = entry;
        }
    }

    private static NamedId[] HeaviestFirst(IEnumerable<IndexedEntry> entries) =>
        [.. entries.OrderByDescending(entry => entry.Weight).ThenBy(entry => entry.Id, StringComparer.Ordinal).Select(Named)];

    private static NamedId Named(IndexedEntry entry) => new(entry.Id, entry.Label.OfType, entry.Canonical);

    private static IEnumerable<IndexedEntry> Entries(GazetteerIndex index) => index.Keys.SelectMany(key => key).Where(entry => entry.Id.Length > 0);
}
