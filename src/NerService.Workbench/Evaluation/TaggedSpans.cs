using System.Collections.Immutable;
using NerService.Text.Documents;
using NerService.Text.Labels;
using NerService.Workbench.Training;

namespace NerService.Workbench.Evaluation;

/// <summary>
/// Reads entities out of labels of any scheme as seqeval's default mode does: B and S begin a span; I and E continue one of their own type and
/// otherwise, orphans, begin one; E, S, O, another type and the end of the sentence end one. IOB1, IOB2, IOBES, BILOU, BMES and types alone all read
/// right so.
/// </summary>
internal static class TaggedSpans
{
    /// <summary>The entities of the types that the service knows, in order.</summary>
    /// <param name="labels">One a word.</param>
    /// <param name="scored">The labels that are kept.</param>
    internal static ImmutableArray<LabelledEntity> Read(IReadOnlyList<WordLabel> labels, ScoredLabels scored) =>
        [
            .. All(labels)
                .Select(span => (Span: span, Label: scored.Of(EntityLabel.Of(labels[span.Start].TypeName))))
                .Where(e => e.Label is not null)
                .Select(e => new LabelledEntity(e.Span, e.Label!.Value)),
        ];

    /// <summary>The types, one per entity, that the service does not know, as they are written.</summary>
    internal static IEnumerable<string> OfUnknownType(IReadOnlyList<WordLabel> labels, ScoredLabels scored) =>
        All(labels).Select(span => labels[span.Start].TypeName).Where(name => scored.Of(EntityLabel.Of(name)) is null);

    private static IEnumerable<WordRange> All(IReadOnlyList<WordLabel> labels)
    {
        var start = -1;
        for (var i = 0; i <= labels.Count; i++)
        {
            if (start >= 0 && i < labels.Count && Continues(labels[start], labels[i - 1], labels[i]))
                continue;
            if (start >= 0)
                yield return new WordRange(start, i);
            start = i < labels.Count && labels[i].Position != LabelPosition.Outside ? i : -1;
        }
    }

    private static bool Continues(WordLabel first, WordLabel previous, WordLabel next) =>
        previous.Position is LabelPosition.Begin or LabelPosition.Inside
        && next.Position is LabelPosition.Inside or LabelPosition.End
        && string.Equals(first.TypeName, next.TypeName, StringComparison.OrdinalIgnoreCase);
}
