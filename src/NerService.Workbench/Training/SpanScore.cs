namespace NerService.Workbench.Training;

/// <summary>
/// Strict span precision, recall and F1, in percent: a span counts when its words and its type are right. What nothing speaks for or against is
/// undefined, and null.
/// </summary>
/// <param name="Right">Spans returned that are right.</param>
/// <param name="Returned">Spans returned.</param>
/// <param name="Wanted">Spans that should have been returned.</param>
internal readonly record struct SpanScore(int Right, int Returned, int Wanted)
{
    /// <summary>Percent of the returned that are right; null when none is returned.</summary>
    internal double? Precision => Returned == 0 ? null : 100.0 * Right / Returned;

    /// <summary>Percent of the wanted that are returned; null when none is wanted.</summary>
    internal double? Recall => Wanted == 0 ? null : 100.0 * Right / Wanted;

    /// <summary>Harmonic mean of both, in percent; 0 when none is right, null when none is wanted.</summary>
    internal double? F1 => Wanted == 0 ? null : 200.0 * Right / (Returned + Wanted);

    public static SpanScore operator +(SpanScore left, SpanScore right) =>
        new(left.Right + right.Right, left.Returned + right.Returned, left.Wanted + right.Wanted);

    /// <summary>Scores answers against annotations.</summary>
    /// <param name="answers">Each document with what was returned for it.</param>
    /// <param name="include">Which entities of a document count, wanted or returned; null means all.</param>
    internal static SpanScore Of(
        IEnumerable<(LabelledDocument Document, IReadOnlyList<LabelledEntity> Returned)> answers,
        Func<LabelledDocument, LabelledEntity, bool>? include = null
    )
    {
        var score = default(SpanScore);
        foreach (var (document, returned) in answers)
        {
            var wanted = document.Entities.Where(e => include?.Invoke(document, e) ?? true).ToHashSet();
            var counted = returned.Where(e => include?.Invoke(document, e) ?? true).ToList();
            score += new SpanScore(counted.Count(wanted.Contains), counted.Count, wanted.Count);
        }
        return score;
    }
}
