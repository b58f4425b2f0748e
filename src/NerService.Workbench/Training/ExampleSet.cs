using System.Collections.Immutable;
using NerService.Extraction.Candidates;
using NerService.Extraction.Selection;
using NerService.Text.Documents;
using NerService.Text.Labels;
using NerService.Workbench.Evaluation;

namespace NerService.Workbench.Training;

/// <summary>Which gazetteers a document's examples know.</summary>
internal enum GazetteerSetting
{
    Off,
    On,

    /// <summary>The service's, and one of a user's.</summary>
    User,
}

/// <summary>The training examples of one annotated document in one setting: its candidates, their features, and which of them are right.</summary>
internal sealed class ExampleSet
{
    internal ExampleSet(LabelledDocument document, int fold, GazetteerSetting setting, LabelEvidence labels, GazetteerEvidence gazetteer)
    {
        (Document, Fold, Setting) = (document, fold, setting);
        ModelEntities = [.. Judged(labels).Select(s => new LabelledEntity(s.Words, s.Label.Type))];
        ModelProbabilities = [.. Judged(labels).Select(s => labels.Mean(s.Words, s.Label))];
        Candidates = CandidateGenerator.Generate(labels, gazetteer).FindAll(candidate => candidate.Type != EntityType.Other);
        var gold = document.Entities.ToHashSet();
        Candidates.RemoveAll(c => !document.Covers(c.Type));
        foreach (var candidate in Candidates)
        {
            var row = new ArbiterRow
            {
                Features = new float[CandidateFeatures.Count],
                Label = gold.Contains(new LabelledEntity(candidate.Words, candidate.Type)),
                Weight = document.Weight,
            };
            CandidateFeatures.Write(candidate, labels, gazetteer, row.Features);
            Rows.Add(row);
        }
    }

    internal LabelledDocument Document { get; }

    internal int Fold { get; }

    internal GazetteerSetting Setting { get; }

    /// <summary>What the model alone returns.</summary>
    internal ImmutableArray<LabelledEntity> ModelEntities { get; }

    /// <summary>The model's own, uncalibrated confidence in each of them.</summary>
    internal ImmutableArray<float> ModelProbabilities { get; }

    internal List<Candidate> Candidates { get; }

    internal List<ArbiterRow> Rows { get; } = [];

    /// <summary>Cross-fitted scores before calibration, one per row.</summary>
    internal float[] RawScores { get; set; } = [];

    /// <summary>Cross-fitted, calibrated probabilities, one per row.</summary>
    internal float[] Probabilities { get; set; } = [];

    /// <summary>Cross-fitted confidences, of the candidates kept.</summary>
    internal float[] Confidences { get; set; } = [];

    /// <summary>
    /// Indices of the rows to learn from. A user's sampled gazetteer leaves out half of the names on purpose, so that what it does not hold says
    /// nothing: such a set teaches by the candidates that it holds, the others are in the other sets. An augmented stretch teaches, the rest of its
    /// document has.
    /// </summary>
    internal IEnumerable<int> TrainingExamples =>
        Enumerable
            .Range(0, Rows.Count)
            .Where(i =>
                (Setting != GazetteerSetting.User || Candidates[i].Match is { IsUsers: true })
                && (Document.Augmented is not { } augmented || augmented.Overlaps(Candidates[i].Words))
            );

    /// <summary>A row's cross-fitted score with whether it is right.</summary>
    internal ScoredCandidate Scored(int row) => new(Candidates[row].Type, RawScores[row], Rows[row].Label);

    /// <summary>The entities kept.</summary>
    internal List<LabelledEntity> Keep(KeepThresholds thresholds) =>
        [.. KeepIndices(thresholds).Select(i => new LabelledEntity(Candidates[i].Words, Candidates[i].Type))];

    /// <summary>Cross-fitted confidence of each entity kept, and whether it is right.</summary>
    internal IEnumerable<(EntityType, Prediction)> Predictions(KeepThresholds thresholds) =>
        KeepIndices(thresholds).Select(i => (Candidates[i].Type, new Prediction(Confidences[i], Rows[i].Label)));

    /// <summary>Indices of the candidates kept.</summary>
    internal List<int> KeepIndices(KeepThresholds thresholds)
    {
        WordRange[] spans = [.. Candidates.Select(c => c.Words)];
        double[] weights = [.. Probabilities.Select((p, i) => p - thresholds[Candidates[i].Type])];
        return SpanSelection.Choose(spans, weights);
    }

    /// <summary>The model's entities of the types that an arbiter judges.</summary>
    private static IEnumerable<(WordRange Words, EntityLabel Label)> Judged(LabelEvidence labels) =>
        labels.ModelSpans.Where(span => span.Label.Type != EntityType.Other);
}
