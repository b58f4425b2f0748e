using NerService.Gazetteer.Index;
using NerService.Gazetteer.Loading;
using NerService.Text.Clitics;
using NerService.Text.Documents;
using NerService.Text.Labels;

namespace NerService.Extraction.Clitics;

/// <summary>What gazetteer, name parts and the document itself know about names. One per request; not thread-safe, since the document's words are
/// counted when first asked for.</summary>
internal sealed class GazetteerCliticEvidence(SourceText source, NameParts nameParts, params GazetteerIndex[] indexes) : ICliticEvidence
{
    private readonly Dictionary<string, double> _preferences = new(StringComparer.Ordinal);
    private DocumentWords? _documentWords;

    public double? EntryWeight(ReadOnlySpan<char> key, EntityType type)
    {
        double? heaviest = null;
        foreach (var index in indexes)
            if (index.Find(key).Heaviest(type) is { } entry && !(entry.Weight <= heaviest))
                heaviest = entry.Weight;
        return heaviest;
    }

    public bool IsNamePart(ReadOnlySpan<char> key) => nameParts.Contains(key);

    public bool BeginsEntry(ReadOnlySpan<char> key)
    {
        foreach (var index in indexes)
            if (index.BeginsLongerKey(key))
                return true;
        return false;
    }

    public double? Preference(ReadOnlySpan<char> key) =>
        _preferences.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(key, out var preference) ? preference : null;

    /// <summary>Adds what the model says of a name that it was asked about, for <see cref="Preference"/>.</summary>
    internal void AddPreference(string key, double preference) => _preferences[key] = preference;

    public int CountInDocument(ReadOnlySpan<char> key) => (_documentWords ??= new DocumentWords(source.Keys)).Count(key);
}
