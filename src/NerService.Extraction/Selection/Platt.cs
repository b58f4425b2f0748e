namespace NerService.Extraction.Selection;

/// <summary>
/// Platt scaling, P = 1 / (1 + exp(slope x score + offset)): "Probabilistic outputs for support vector machines" (Platt, 1999). One for each entity
/// type, since each is believed too much in its own way.
/// </summary>
internal readonly record struct Platt(double Slope, double Offset)
{
    internal float Probability(float score) => (float)(1 / (1 + Math.Exp(Slope * score + Offset)));

    /// <summary>Log-odds of a probability, kept 1e-6 away from 0 and 1: the score by which a probability is scaled once more.</summary>
    internal static float LogOdds(float probability)
    {
        var p = Math.Clamp(probability, 1e-6, 1 - 1e-6);
        return (float)Math.Log(p / (1 - p));
    }
}
