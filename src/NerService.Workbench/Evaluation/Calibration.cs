using System.Collections.Immutable;

namespace NerService.Workbench.Evaluation;

/// <summary>What was given as probable, and whether it is so.</summary>
/// <param name="Probability">In [0, 1].</param>
/// <param name="IsRight">Whether span and type were right.</param>
internal readonly record struct Prediction(double Probability, bool IsRight);

/// <summary>One bin of a reliability diagram.</summary>
/// <param name="Count">Predictions in the bin.</param>
/// <param name="MeanProbability">Their mean probability.</param>
/// <param name="Accuracy">The share of them that was right.</param>
internal readonly record struct ReliabilityBin(int Count, double MeanProbability, double Accuracy);

/// <summary>How far probabilities can be believed.</summary>
internal static class Calibration
{
    /// <summary>
    /// Reliability bins of equal mass: predictions sorted by probability, cut into bins of as equal a size as can be (Nguyen and O'Connor, 2015,
    /// "Posterior calibration and exploratory analysis for natural language processing models").
    /// </summary>
    /// <param name="predictions">In any order.</param>
    /// <param name="bins">At least 1; default 10.</param>
    internal static ImmutableArray<ReliabilityBin> Reliability(IReadOnlyCollection<Prediction> predictions, int bins = 10)
    {
        var sorted = predictions.OrderBy(p => p.Probability).ThenBy(p => p.IsRight).ToArray();
        return
        [
            .. Enumerable
                .Range(0, bins)
                .Select(bin => sorted[(int)((long)sorted.Length * bin / bins)..(int)((long)sorted.Length * (bin + 1) / bins)])
                .Where(part => part.Length > 0)
                .Select(part => new ReliabilityBin(part.Length, part.Average(p => p.Probability), part.Average(p => p.IsRight ? 1.0 : 0))),
        ];
    }

    /// <summary>
    /// Expected calibration error over equal-mass bins: the mean distance of probability and accuracy, weighted by count. 0 without predictions.
    /// </summary>
    internal static double ExpectedCalibrationError(IReadOnlyCollection<Prediction> predictions, int bins = 10)
    {
        var reliability = Reliability(predictions, bins);
        return reliability.Sum(bin => bin.Count * Math.Abs(bin.MeanProbability - bin.Accuracy)) / Math.Max(1, predictions.Count);
    }

    /// <summary>
    /// What <see cref="ExpectedCalibrationError"/> would be in the mean if every probability were exactly right: predictions are redrawn with the
    /// probabilities given (consistency resampling; Bröcker and Smith, 2007). Few predictions make a large error by chance alone; this says how
    /// large. Deterministic.
    /// </summary>
    internal static double ErrorIfPerfect(IReadOnlyCollection<Prediction> predictions, int bins = 10)
    {
        const int Draws = 100;
        var random = new Random(Draws);
        var sum = 0.0;
        for (var draw = 0; draw < Draws; draw++)
            sum += ExpectedCalibrationError([.. predictions.Select(o => o with { IsRight = random.NextDouble() < o.Probability })], bins);
        return sum / Draws;
    }

    /// <summary>Mean negative log-likelihood in nats; probabilities are kept 1e-6 away from 0 and 1. 0 without predictions.</summary>
    internal static double LogLoss(IReadOnlyCollection<Prediction> predictions) =>
        predictions.Count == 0 ? 0 : predictions.Average(o => -Math.Log(Math.Clamp(o.IsRight ? o.Probability : 1 - o.Probability, 1e-6, 1)));
}
