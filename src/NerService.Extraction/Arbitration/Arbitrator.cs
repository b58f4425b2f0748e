using NerService.Text;

namespace NerService.Extraction.Arbitration;

/// <summary>What became of a candidate.</summary>
internal enum Fate
{
    Kept,
    Unlikely,
    Outweighed,
    Denied,
}

/// <summary>A candidate and what became of it.</summary>
/// <param name="Candidate">The candidate.</param>
/// <param name="Probability">That it is right, as one candidate among all: the arbiter's, or without one the model's own.</param>
/// <param name="Confidence">That it is right, knowing that it was kept; of no meaning for others.</param>
/// <param name="Fate">What became of it.</param>
internal readonly record struct Verdict(Candidate Candidate, float Probability, float Confidence, Fate Fate);

/// <summary>Every candidate of a document, judged.</summary>
/// <param name="Verdicts">In document order.</param>
/// <param name="Features">[candidates, <see cref="CandidateFeatures.Count"/>], row by row; empty where no arbiter judged.</param>
/// <param name="KeepFrom">The probability from which a candidate may be kept.</param>
internal sealed record Judgement(List<Verdict> Verdicts, float[] Features, double KeepFrom);

/// <summary>Judges the candidates of a document and keeps the best set of them that does not overlap.</summary>
internal static class Arbitrator
{
    /// <summary>Judges with an arbiter: every candidate gets its probability, and the set with the greatest sum of (probability - threshold) is kept.</summary>
    internal static Judgement Judge(Arbiter arbiter, LabelEvidence labels, GazetteerEvidence gazetteer, DenyList deny)
    {
        var candidates = CandidateGenerator.Generate(labels, gazetteer);
        var features = new float[candidates.Count * CandidateFeatures.Count];
        for (var i = 0; i < candidates.Count; i++) CandidateFeatures.Write(candidates[i], labels, gazetteer, features.AsSpan(i * CandidateFeatures.Count, CandidateFeatures.Count));
        var probabilities = new float[candidates.Count];
        arbiter.Score(candidates, features, probabilities);

        var spans = new WordRange[candidates.Count];
        var weights = new double[candidates.Count];
        var denied = new bool[candidates.Count];
        for (var i = 0; i < candidates.Count; i++)
        {
            spans[i] = candidates[i].Words;
            denied[i] = deny.Holds(gazetteer.Text, candidates[i].Words);
            weights[i] = denied[i] ? 0 : probabilities[i] - arbiter.KeepFrom;
        }
        var kept = new bool[candidates.Count];
        foreach (var i in SpanSelection.Choose(spans, weights)) kept[i] = true;

        var verdicts = new List<Verdict>(candidates.Count);
        for (var i = 0; i < candidates.Count; i++)
            verdicts.Add(new Verdict(candidates[i], probabilities[i], arbiter.Confidence(probabilities[i]), kept[i] ? Fate.Kept : denied[i] ? Fate.Denied : weights[i] <= 0 ? Fate.Unlikely : Fate.Outweighed));
        return new Judgement(verdicts, features, arbiter.KeepFrom);
    }

    /// <summary>Takes the model's own entities as they are, with the model's own, uncalibrated probability.</summary>
    internal static Judgement TakeModel(LabelEvidence labels, GazetteerEvidence gazetteer, DenyList deny)
    {
        var verdicts = new List<Verdict>(labels.ModelSpans.Count);
        foreach (var (words, type) in labels.ModelSpans)
        {
            var candidate = new Candidate(words, type, CandidateOrigin.Model, gazetteer.Find(words, type));
            var probability = SpanProbability.Mean(labels, words, type);
            verdicts.Add(new Verdict(candidate, probability, probability, deny.Holds(gazetteer.Text, words) ? Fate.Denied : Fate.Kept));
        }
        return new Judgement(verdicts, [], 0);
    }
}
