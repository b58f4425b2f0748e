using NerService.Text.Documents;
using NerService.Workbench.Training;

namespace NerService.Workbench.Evaluation;

/// <summary>What an annotated entity and a returned one have to do with each other.</summary>
internal enum PairKind
{
    /// <summary>Same words, same label.</summary>
    Right,

    /// <summary>Same words, another label.</summary>
    Label,

    /// <summary>Words in common, same label.</summary>
    Boundary,

    /// <summary>Words in common, another label.</summary>
    LabelAndBoundary,

    /// <summary>Annotated alone.</summary>
    Missed,

    /// <summary>Returned alone.</summary>
    Spurious,
}

/// <summary>An annotated entity, a returned one, or one of each.</summary>
internal sealed record EntityPair(LabelledDocument Document, LabelledEntity? Gold, LabelledEntity? Returned, float? Confidence)
{
    /// <summary>What they have to do with each other.</summary>
    internal PairKind Kind =>
        (Gold, Returned) switch
        {
            (_, null) => PairKind.Missed,
            (null, _) => PairKind.Spurious,
            ({ } gold, { } returned) when gold.Words == returned.Words => gold.Label.Name == returned.Label.Name ? PairKind.Right : PairKind.Label,
            ({ } gold, { } returned) => gold.Label.Name == returned.Label.Name ? PairKind.Boundary : PairKind.LabelAndBoundary,
        };

    /// <summary>The words of both.</summary>
    internal WordRange Words =>
        (Gold, Returned) switch
        {
            ({ } gold, { } returned) => new WordRange(Math.Min(gold.Words.Start, returned.Words.Start), Math.Max(gold.Words.End, returned.Words.End)),
            _ => (Gold ?? Returned)!.Value.Words,
        };
}

/// <summary>Sets what was annotated beside what was returned.</summary>
internal static class EvalErrors
{
    /// <summary>
    /// Pairs each entity at most once: with its equal, else with one of the same words, else with the first that has words in common.
    /// </summary>
    internal static IEnumerable<EntityPair> Pairs(Answer answer)
    {
        var gold = answer.Document.Entities.ToList();
        var returned = Enumerable.Range(0, answer.Entities.Count).ToList();
        Func<LabelledEntity, LabelledEntity, bool>[] nearness =
        [
            (wanted, found) => wanted == found,
            (wanted, found) => wanted.Words == found.Words,
            (wanted, found) => wanted.Words.Start < found.Words.End && found.Words.Start < wanted.Words.End,
        ];
        foreach (var matches in nearness)
        {
            foreach (var wanted in gold.ToArray())
            {
                var at = returned.FindIndex(i => matches(wanted, answer.Entities[i]));
                if (at < 0)
                    continue;
                yield return new EntityPair(answer.Document, wanted, answer.Entities[returned[at]], answer.Confidences[returned[at]]);
                gold.Remove(wanted);
                returned.RemoveAt(at);
            }
        }
        foreach (var missed in gold)
            yield return new EntityPair(answer.Document, missed, Returned: null, Confidence: null);
        foreach (var i in returned)
            yield return new EntityPair(answer.Document, Gold: null, answer.Entities[i], answer.Confidences[i]);
    }
}
