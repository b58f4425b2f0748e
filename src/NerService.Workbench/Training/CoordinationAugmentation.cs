using NerService.Extraction.Snapshots;
using NerService.Text.Documents;

namespace NerService.Workbench.Training;

/// <summary>
/// Documents in which a name of an annotated document is followed by others of its type and group, each with a و written on it: لافروف becomes
/// لافروف وشكري. They teach the arbiter which of the model's spans run over a و; they are not scored with the documents. Pure; the seed decides.
/// </summary>
internal static class CoordinationAugmentation
{
    private const double DocumentShare = 0.5,
        ThreeNamesShare = 0.3;

    /// <summary>One document for about half of those that have a name and a group with others of the type.</summary>
    internal static IEnumerable<LabelledDocument> Of(IReadOnlyList<LabelledDocument> documents, Snapshot snapshot, int seed)
    {
        var random = new Random(seed);
        var names = documents
            .SelectMany(document => document.Entities.Select(entity => (document.Group, entity.Type, Tokens: document.Tokens(entity.Words))))
            .Where(name => !snapshot.MayHoldProclitic(name.Tokens[0]))
            .ToLookup(name => (name.Group, name.Type), name => name.Tokens);
        foreach (var document in documents)
        {
            if (document.Entities.IsEmpty || random.NextDouble() >= DocumentShare)
                continue;
            var entity = document.Entities[random.Next(document.Entities.Length)];
            var taken = string.Join(' ', document.Tokens(entity.Words));
            string[][] others =
            [
                .. names[(document.Group, entity.Type)].Where(name => string.Join(' ', name) != taken).DistinctBy(name => string.Join(' ', name)),
            ];
            random.Shuffle(others);
            if (others.Length > 0)
                yield return Coordinate(document, entity, others[..Math.Min(others.Length, random.NextDouble() < ThreeNamesShare ? 2 : 1)]);
        }
    }

    private static LabelledDocument Coordinate(LabelledDocument document, LabelledEntity entity, string[][] others)
    {
        List<string> tokens = [.. document.Tokens(new WordRange(0, entity.Words.End))];
        var entities = document.Entities.Where(e => e.Words.End <= entity.Words.End).ToList();
        foreach (var name in others)
        {
            entities.Add(new LabelledEntity(new WordRange(tokens.Count, tokens.Count + name.Length), entity.Type));
            tokens.AddRange(["و" + name[0], .. name[1..]]);
        }
        var (augmented, inserted) = (new WordRange(entity.Words.Start, tokens.Count), tokens.Count - entity.Words.End);
        tokens.AddRange(document.Tokens(new WordRange(entity.Words.End, document.Source.WordCount)));
        entities.AddRange(
            document
                .Entities.Where(e => e.Words.End > entity.Words.End)
                .Select(e => e with { Words = new WordRange(e.Words.Start + inserted, e.Words.End + inserted) })
        );
        return document with
        {
            File = "coordinated names, augmented",
            Source = SourceText.FromTokens(tokens),
            Entities = [.. entities],
            Augmented = augmented,
        };
    }
}
