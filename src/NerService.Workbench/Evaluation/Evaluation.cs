using System.Collections.Immutable;
using NerService.Workbench.Training;

namespace NerService.Workbench.Evaluation;

/// <summary>Everything that <c>ner eval</c> reports.</summary>
/// <param name="System">What was scored.</param>
/// <param name="Overall">All types together (micro average).</param>
/// <param name="Types">Each label.</param>
/// <param name="Calibration">How far the confidences can be believed: all together under an empty name, then by type.</param>
/// <param name="Curve">Scores against a confidence threshold; empty when not asked for.</param>
/// <param name="Slices">Scores of parts and variants of the files; empty when not asked for.</param>
/// <param name="UnknownTypes">Types of the files that the service does not know, and how many entities of each were left out.</param>
internal sealed record Evaluation(
    ScoredSystem System,
    SpanScore Overall,
    IReadOnlyList<(string Label, SpanScore Score)> Types,
    ImmutableArray<CalibrationReport> Calibration,
    ImmutableArray<CurvePoint> Curve,
    ImmutableArray<SliceScore> Slices,
    IReadOnlyDictionary<string, int> UnknownTypes
)
{
    private const int CurveSteps = 20;

    /// <summary>Why there is no overall score, in words; null when there is one.</summary>
    internal string? Undefined =>
        Overall.Wanted > 0
            ? null
            : $"The files have no entities that are scored, so recall and F1 are undefined; {Overall.Returned} entities were returned for them.";

    /// <summary>Scores answers.</summary>
    internal static Evaluation Of(
        ScoredSystem system,
        IReadOnlyList<Answer> answers,
        IReadOnlyList<ConllFile> files,
        ScoredLabels labels,
        bool curve,
        ImmutableArray<SliceScore> slices
    ) =>
        new(
            system,
            answers.Score(),
            [.. labels.Names.Select(name => (name, answers.Score((_, entity) => entity.Label.Name == name)))],
            CalibrationReport.ByLabel(labels.Names, answers.SelectMany(Predictions)),
            curve
                ?
                [
                    .. Enumerable
                        .Range(0, CurveSteps)
                        .Select(step => (double)step / CurveSteps)
                        .Select(threshold => new CurvePoint(threshold, answers.From(threshold).Score())),
                ]
                : [],
            slices,
            new SortedDictionary<string, int>(
                files.SelectMany(file => file.UnknownTypes(labels)).CountBy(type => type).ToDictionary(),
                StringComparer.Ordinal
            )
        );

    private static IEnumerable<(string, Prediction)> Predictions(Answer answer)
    {
        var wanted = answer.Document.Entities.ToHashSet();
        return answer.Entities.Select((entity, i) => (entity.Label.Name, new Prediction(answer.Confidences[i], wanted.Contains(entity))));
    }
}

/// <summary>Scores of the entities that reach a confidence.</summary>
internal readonly record struct CurvePoint(double Threshold, SpanScore Score);

/// <summary>Scores of a part or variant of the files.</summary>
/// <param name="Name">Which, in JSON.</param>
/// <param name="Meaning">Which, for people.</param>
/// <param name="Score">Its scores.</param>
internal sealed record SliceScore(string Name, string Meaning, SpanScore Score);
