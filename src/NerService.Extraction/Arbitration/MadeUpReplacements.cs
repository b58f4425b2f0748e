using NerService.Text;

namespace NerService.Extraction.Arbitration;

/// <summary>
/// Documents in which a place's name has given way to another of the built-in gazetteer, one of several words: where it is an entity, and where it is a part
/// of a longer one (حكومة السعودية). The annotated documents hold few places that the model misses and the gazetteer knows; these teach the arbiter what such
/// a place looks like, and when it is no entity of its own. They are not scored with the documents. Pure; the seed decides.
/// </summary>
internal static class MadeUpReplacements
{
    private const double DocumentShare = 0.4, PartShare = 0.2;

    /// <summary>One document for about four in ten of those that have a place without a proclitic; in a fifth of the tries the place is a part of a longer name.</summary>
    internal static IEnumerable<LabelledDocument> Of(IReadOnlyList<LabelledDocument> documents, Snapshot snapshot, int seed)
    {
        var random = new Random(seed);
        string[] places = [.. snapshot.Gazetteers.SelectMany(g => g.Surfaces(EntityType.Location)).Where(s => s.Contains(' ', StringComparison.Ordinal))];
        if (places.Length == 0) yield break;
        foreach (var document in documents)
        {
            var ofParts = random.NextDouble() < PartShare;
            WordRange[] fitting = [.. (ofParts ? PlacesInside(document, snapshot) : Places(document)).Where(words => !snapshot.MayHoldProclitic(document.Tokens(words)[0]))];
            if (fitting.Length == 0 || random.NextDouble() >= DocumentShare) continue;
            yield return Replace(document, fitting[random.Next(fitting.Length)], places[random.Next(places.Length)].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        }
    }

    private static IEnumerable<WordRange> Places(LabelledDocument document) => document.Entities.Where(e => e.Type == EntityType.Location).Select(e => e.Words);

    /// <summary>The known places inside a document's longer names.</summary>
    private static IEnumerable<WordRange> PlacesInside(LabelledDocument document, Snapshot snapshot) =>
        new GazetteerEvidence(FoldedText.Of(document.Source), snapshot.Gazetteers.AsSpan(), snapshot.NameParts).Matches
            .Where(m => m.Type == EntityType.Location && document.Entities.Any(e => e.Words.Length > m.Words.Length && e.Words.Start <= m.Words.Start && e.Words.End >= m.Words.End))
            .Select(m => m.Words).Distinct();

    private static LabelledDocument Replace(LabelledDocument document, WordRange place, string[] name)
    {
        var shift = name.Length - place.Length;
        string[] tokens = [.. document.Tokens(new WordRange(0, place.Start)), .. name, .. document.Tokens(new WordRange(place.End, document.Source.WordCount))];
        return document with
        {
            File = "places replaced, made up",
            Source = SourceText.FromTokens(tokens),
            Entities = [.. document.Entities.Select(e => e with { Words = new WordRange(e.Words.Start >= place.End ? e.Words.Start + shift : e.Words.Start, e.Words.End >= place.End ? e.Words.End + shift : e.Words.End) })],
            MadeUp = place with { End = place.End + shift },
        };
    }
}
