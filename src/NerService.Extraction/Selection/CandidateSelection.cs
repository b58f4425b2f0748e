using NerService.Extraction.Candidates;
using NerService.Text.Documents;
using NerService.Text.Labels;

namespace NerService.Extraction.Selection;

/// <summary>A candidate and what became of it.</summary>
/// <param name="Candidate">The candidate.</param>
/// <param name="Probability">That it is right, as one candidate among all: the arbiter's, or without one the model's own.</param>
/// <param name="KeepFrom">The probability from which it may be kept.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Confidence">That it is right, knowing that it was kept; 0 for others.</param>
/// <param name="Features">As the arbiter saw them; empty where it was not asked.</param>
internal readonly record struct JudgedCandidate(
    Candidate Candidate,
    float Probability,
    double KeepFrom,
    CandidateOutcome Outcome,
    float Confidence,
    ReadOnlyMemory<float> Features
)
{
    /// <summary>Whether it becomes an entity.</summary>
    internal bool IsKept => Outcome is CandidateOutcome.Kept or CandidateOutcome.KeptUnjudged;
}

/// <summary>
/// Judges the candidates of a document and keeps the best set of them that does not overlap. What is of another label than the types that the arbiter
/// knows is weighed by the model's probability.
/// </summary>
internal static class CandidateSelection
{
    /// <summary>
    /// What the model's own span weighs, however unsure the model is, where no arbiter can tell better: it gives way to any span that is kept for
    /// itself.
    /// </summary>
    private const float LeastOfModel = 1e-3f;

    /// <summary>
    /// Judges with an arbiter: every candidate gets its probability, and the set with the greatest sum of (probability - threshold) is kept.
    /// </summary>
    internal static List<JudgedCandidate> ByArbiter(
        Arbiter arbiter,
        LabelEvidence labels,
        GazetteerEvidence gazetteer,
        DenyList deny,
        CancellationToken cancellationToken = default
    )
    {
        var candidates = CandidateGenerator.Generate(labels, gazetteer);
        var features = new float[candidates.Count * CandidateFeatures.Count];
        for (var i = 0; i < candidates.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (IsJudged(candidates[i]))
                CandidateFeatures.Write(candidates[i], labels, gazetteer, features.AsSpan(i * CandidateFeatures.Count, CandidateFeatures.Count));
        }
        var probabilities = new float[candidates.Count];
        arbiter.Score(candidates, features, probabilities);
        for (var i = 0; i < candidates.Count; i++)
            if (!IsJudged(candidates[i]))
                probabilities[i] = OfModel(candidates[i], labels);
        JointEvidence.Apply(candidates, gazetteer, probabilities);
        return Keep(candidates, probabilities, features, arbiter, gazetteer, deny);
    }

    /// <summary>
    /// Takes the model's own entities as they are, with the model's own, uncalibrated probability, and a user's names of labels that are not types.
    /// </summary>
    internal static List<JudgedCandidate> ByModel(LabelEvidence labels, GazetteerEvidence gazetteer, DenyList deny)
    {
        var candidates = labels.ModelSpans.ConvertAll(span => new Candidate(
            span.Words,
            span.Label,
            CandidateOrigin.Model,
            gazetteer.Find(span.Words, span.Label)
        ));
        candidates.AddRange(
            CandidateGenerator.Generate(labels, gazetteer).Where(candidate => !IsJudged(candidate) && candidate.Origin == CandidateOrigin.Gazetteer)
        );
        candidates.Sort(static (a, b) => (a.Words.Start, a.Words.End).CompareTo((b.Words.Start, b.Words.End)));
        float[] probabilities = [.. candidates.Select(candidate => OfModel(candidate, labels))];
        return Keep(candidates, probabilities, [], arbiter: null, gazetteer, deny);
    }

    private static bool IsJudged(in Candidate candidate) => candidate.Type != EntityType.Other;

    /// <summary>The model's probability: of its own span that the labels spell it out; of a user's name that they say nothing against it.</summary>
    private static float OfModel(in Candidate candidate, LabelEvidence labels)
    {
        if (candidate.Origin == CandidateOrigin.Model)
            return labels.Mean(candidate.Words, candidate.Label);
        var sum = 0f;
        for (var word = candidate.Words.Start; word < candidate.Words.End; word++)
            sum += labels.Outside(word) + labels.OfKind(word, candidate.Label);
        return sum / candidate.Words.Length;
    }

    /// <summary>Keeps the best set of candidates. Without an arbiter the model's own entities stand as they are, and features are not read.</summary>
    private static List<JudgedCandidate> Keep(
        List<Candidate> candidates,
        float[] probabilities,
        float[] features,
        Arbiter? arbiter,
        GazetteerEvidence gazetteer,
        DenyList deny
    )
    {
        var thresholds = arbiter?.KeepFrom ?? KeepThresholds.WithoutArbiter;
        var spans = new WordRange[candidates.Count];
        var weights = new double[candidates.Count];
        var denied = new bool[candidates.Count];
        for (var i = 0; i < candidates.Count; i++)
        {
            spans[i] = candidates[i].Words;
            denied[i] = deny.Holds(gazetteer.Source, candidates[i].Words);
            weights[i] = denied[i] ? 0 : probabilities[i] - thresholds[candidates[i].Type];
            if (!denied[i] && candidates[i].Origin == CandidateOrigin.Model && (arbiter is null || !IsJudged(candidates[i])))
                weights[i] = Math.Max(weights[i], LeastOfModel);
        }
        var kept = new bool[candidates.Count];
        foreach (var i in SpanSelection.Choose(spans, weights))
            kept[i] = true;

        var judged = new List<JudgedCandidate>(candidates.Count);
        for (var i = 0; i < candidates.Count; i++)
        {
            var judge = IsJudged(candidates[i]) ? arbiter : null;
            judged.Add(
                new JudgedCandidate(
                    candidates[i],
                    probabilities[i],
                    thresholds[candidates[i].Type],
                    kept[i]
                        ? judge is null
                            ? CandidateOutcome.KeptUnjudged
                            : CandidateOutcome.Kept
                        : denied[i]
                            ? CandidateOutcome.Denied
                            : weights[i] <= 0
                                ? CandidateOutcome.Unlikely
                                : CandidateOutcome.Outweighed,
                    kept[i] ? judge?.Confidence(probabilities[i]) ?? probabilities[i] : 0,
                    judge is null ? default : features.AsMemory(i * CandidateFeatures.Count, CandidateFeatures.Count)
                )
            );
        }
        return judged;
    }
}
