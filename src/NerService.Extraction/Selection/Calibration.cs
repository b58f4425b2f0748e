using System.Collections.Immutable;

namespace NerService.Extraction.Selection;

/// <summary>A prediction and its outcome.</summary>
/// <param name="Probability">In [0, 1].</param>
/// <param name="IsRight">Whether span and type were right.</param>
public readonly record struct Outcome(double Probability, bool IsRight);

/// <summary>One bin of a reliability diagram.</summary>
/// <param name="Count">Predictions in the bin.</param>
/// <param name="MeanProbability">Their mean probability.</param>
/// <param name="Accuracy">The share of them that was right.</param>
public readonly record struct ReliabilityBin(int Count, double MeanProbability, double Accuracy);

/// <summary>How far probabilities can be believed.</summary>
public static class Calibration
{
    /// <summary>
    /// Reliability bins of equal mass: outcomes sorted by probability, cut into bins of as equal a size as can be (Nguyen and O'Connor, 2015,
    /// "Posterior calibration and exploratory analysis for natural language processing models").
    /// </summary>
    /// <param name="outcomes">In any order.</param>
    /// <param name="bins">At least 1; default 10.</param>
    public static ImmutableArray<ReliabilityBin> Reliability(IReadOnlyCollection<Outcome> outcomes, int bins = 10)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        var sorted = outcomes.OrderBy(o => o.Probability).ThenBy(o => o.IsRight).ToArray();
        var result = ImmutableArray.CreateBuilder<ReliabilityBin>();
        for (var bin = 0; bin < bins; bin++)
        {
            var (from, to) = ((int)((long)sorted.Length * bin / bins), (int)((long)sorted.Length * (bin + 1) / bins));
            if (from == to)
                continue;
            var part = sorted.AsSpan(from, to - from);
            double probability = 0,
                right = 0;
            foreach (var outcome in part)
            {
                probability += outcome.Probability;
                if (outcome.IsRight)
                    right++;
            }
            result.Add(new ReliabilityBin(part.Length, probability / part.Length, right / part.Length));
        }
        return result.ToImmutable();
    }

    /// <summary>
    /// Expected calibration error over equal-mass bins: the mean distance of probability and accuracy, weighted by count. 0 without outcomes.
    /// </summary>
    public static double ExpectedCalibrationError(IReadOnlyCollection<Outcome> outcomes, int bins = 10)
    {
        var reliability = Reliability(outcomes, bins);
        return reliability.Sum(bin => bin.Count * Math.Abs(bin.MeanProbability - bin.Accuracy)) / Math.Max(1, outcomes.Count);
    }

    /// <summary>
    /// What <see cref="ExpectedCalibrationError"/> would be in the mean if every probability were exactly right: outcomes are drawn anew with the
    /// probabilities given (consistency resampling; Bröcker and Smith, 2007). Few outcomes make a large error by chance alone; this says how large.
    /// Deterministic.
    /// </summary>
    public static double ErrorIfPerfect(IReadOnlyCollection<Outcome> outcomes, int bins = 10)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        const int Draws = 100;
        var random = new Random(Draws);
        var sum = 0.0;
        for (var draw = 0; draw < Draws; draw++)
            sum += ExpectedCalibrationError([.. outcomes.Select(o => o with { IsRight = random.NextDouble() < o.Probability })], bins);
        return sum / Draws;
    }

    /// <summary>Mean negative log-likelihood in nats; probabilities are kept 1e-6 away from 0 and 1. 0 without outcomes.</summary>
    public static double LogLoss(IReadOnlyCollection<Outcome> outcomes)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        return outcomes.Count == 0 ? 0 : outcomes.Average(o => -Math.Log(Math.Clamp(o.IsRight ? o.Probability : 1 - o.Probability, 1e-6, 1)));
    }
}
