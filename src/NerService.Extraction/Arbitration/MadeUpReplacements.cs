using NerService.Text;

namespace NerService.Extraction.Arbitration;

/// <summary>
/// Documents in which a place's name has given way to another of the built-in gazetteer, mostly one of several words: where it is an entity, and where
/// it is a part of a longer one (حكومة السعودية). The annotated documents hold few places that the model misses and the gazetteer knows; these teach the arbiter what such
/// a place looks like, and when it is no entity of its own. They are not scored with the documents. Pure; the seed decides.
/// </summary>
internal static class MadeUpReplacements
{
    private const double PartShare = 0.2, OneWordShare = 0.25;
    private const int Versions = 8;

    /// <summary>Names of fewer letters are mostly other words too.</summary>
    private const int MinLetters = 4;

    /// <summary>Many that weigh little teach more evenly than few.</summary>
    private const float Weight = 0.075f;

    /// <summary>Up to eight documents for each that has a place without a proclitic; in a fifth of the tries the place has to be a part of a longer name.</summary>
    internal static IEnumerable<LabelledDocument> Of(IReadOnlyList<LabelledDocument> documents, Snapshot snapshot, int seed)
    {
        var random = new Random(seed);
        var places = snapshot.Gazetteers.SelectMany(g => g.Keys).SelectMany(key => key)
            .Where(entry => entry.Type == EntityType.Location).Select(entry => entry.Surface).Where(s => s.Length >= MinLetters).ToLookup(s => s.Contains(' ', StringComparison.Ordinal));
        string[] severalWords = [.. places[true]], oneWord = [.. places[false]];
        if (severalWords.Length == 0 || oneWord.Length == 0) yield break;
        foreach (var document in documents.SelectMany(document => Enumerable.Repeat(document, Versions)))
        {
            var ofParts = random.NextDouble() < PartShare;
            WordRange[] fitting = [.. (ofParts ? PlacesInside(document, snapshot) : Places(document)).Where(words => !snapshot.MayHoldProclitic(document.Tokens(words)[0]))];
            if (fitting.Length == 0) continue;
            var names = random.NextDouble() < OneWordShare ? oneWord : severalWords;
            yield return Replace(document, fitting[random.Next(fitting.Length)], names[random.Next(names.Length)].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        }
    }

    private static IEnumerable<WordRange> Places(LabelledDocument document) => document.Entities.Where(e => e.Type == EntityType.Location).Select(e => e.Words);

    /// <summary>The known places inside a document's longer names.</summary>
    private static IEnumerable<WordRange> PlacesInside(LabelledDocument document, Snapshot snapshot) =>
        new GazetteerEvidence(GazetteerProposals.Of(FoldedText.Of(document.Source), snapshot.Gazetteers.AsSpan()), snapshot.NameParts, snapshot.KnowsPlaces).Matches
            .Where(m => m.Type == EntityType.Location && document.Entities.Any(e => e.Words != m.Words && e.Words.Contains(m.Words)))
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
            Weight = Weight,
        };
    }
}
