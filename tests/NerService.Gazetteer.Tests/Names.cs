using NerService.Gazetteer.Index;
using NerService.Gazetteer.Matching;
using NerService.Text.Documents;
using NerService.Text.Labels;

namespace NerService.Gazetteer.Tests;

/// <summary>Short ways to write entries, indexes and documents.</summary>
internal static class Names
{
    internal static GazetteerEntry Place(string surface, string? id = null, double weight = 1) =>
        new(surface, EntityType.Location, id ?? surface, weight);

    internal static GazetteerEntry Person(string surface, string? id = null, double weight = 1) =>
        new(surface, EntityType.Person, id ?? surface, weight);

    internal static GazetteerEntry Organization(string surface, string? id = null, double weight = 1) =>
        new(surface, EntityType.Organization, id ?? surface, weight);

    internal static GazetteerIndex BuildIndex(params GazetteerEntry[] entries) => GazetteerIndex.Build(entries);

    internal static SourceText Document(string text) => SourceText.FromText(text);

    internal static SourceText Tokens(params string[] tokens) => SourceText.FromTokens(tokens);

    internal static List<GazetteerMatch> Match(string text, params GazetteerEntry[] entries) =>
        GazetteerMatcher.Match(Document(text), BuildIndex(entries));

    /// <summary>The texts that matched, without the proclitics that were cut off.</summary>
    internal static string[] Found(string text, params GazetteerEntry[] entries) =>
        [.. Match(text, entries).Select(match => Own(match, Document(text)))];

    /// <summary>What of a document matched, without the proclitics that were cut off.</summary>
    internal static string Own(GazetteerMatch match, SourceText document) => OwnSpan(match, document).Of(document.Text);

    /// <summary>Where in the text a match stands, without the proclitics that were cut off.</summary>
    internal static TextSpan OwnSpan(GazetteerMatch match, SourceText document)
    {
        Assert.True(document.Keys.TryCut(match.Words.Start, match.CutLength, out var first));
        return new TextSpan(first.Start, document.Words[match.Words.End - 1].End);
    }

    /// <summary>An entry with all that an index knows of it.</summary>
    internal static GazetteerEntry Whole(IndexedEntry entry) => new(entry.Surface, entry.Type, entry.Id, entry.Weight, entry.Canonical);
}
