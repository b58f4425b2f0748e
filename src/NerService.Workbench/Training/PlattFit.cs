using System.Collections.Immutable;
using NerService.Extraction.Selection;
using NerService.Text.Labels;

namespace NerService.Workbench.Training;

/// <summary>A candidate's score before calibration, and whether it is right.</summary>
internal readonly record struct ScoredCandidate(EntityType Type, float Score, bool IsRight);

/// <summary>
/// Fits <see cref="Platt"/> scaling by Newton's method with the smoothed targets of Lin, Lin and Weng, "A note on Platt's probabilistic outputs for
/// support vector machines" (2007).
/// </summary>
internal static class PlattFit
{
    private const int MaxIterations = 100;
    private const double Ridge = 1e-12;

    /// <summary>Fits one scaling for each type, in the order of <see cref="EntityType"/>.</summary>
    internal static ImmutableArray<Platt> EachType(IEnumerable<ScoredCandidate> candidates)
    {
        var all = candidates.ToArray();
        return [.. EntityTags.Types.Select(type => Of([.. all.Where(c => c.Type == type)]))];
    }

    /// <summary>Fits one scaling.</summary>
    internal static Platt Of(IReadOnlyCollection<ScoredCandidate> data)
    {
        var positives = data.Count(e => e.IsRight);
        var negatives = data.Count - positives;
        var (high, low) = ((positives + 1.0) / (positives + 2.0), 1.0 / (negatives + 2.0));
        var platt = new Platt(0, Math.Log((negatives + 1.0) / (positives + 1.0)));
        for (var iteration = 0; iteration < MaxIterations; iteration++)
        {
            double h11 = Ridge,
                h22 = Ridge,
                h21 = 0,
                g1 = 0,
                g2 = 0;
            foreach (var (_, score, isRight) in data)
            {
                var p = 1 / (1 + Math.Exp(platt.Slope * score + platt.Offset));
                var (curvature, error) = (p * (1 - p), (isRight ? high : low) - p);
                h11 += score * score * curvature;
                h22 += curvature;
                h21 += score * curvature;
                g1 += score * error;
                g2 += error;
            }
            if (Math.Abs(g1) < 1e-6 && Math.Abs(g2) < 1e-6)
                break;
            var determinant = h11 * h22 - h21 * h21;
            platt = new Platt(platt.Slope - (h22 * g1 - h21 * g2) / determinant, platt.Offset - (h11 * g2 - h21 * g1) / determinant);
        }
        return platt;
    }
}
