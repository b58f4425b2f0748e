namespace NerService.Server.Admission;

/// <summary>
/// Guesses how many padded subwords a document will weigh before it is encoded, from its length and from what documents weighed so far. A guess is enough:
/// it decides how long the queue is, not what the model computes. Thread-safe.
/// </summary>
internal sealed class TokenEstimator
{
    /// <summary>Subwords a character at first: Arabic news with this model's vocabulary.</summary>
    internal const double InitialRatio = 0.33;

    /// <summary>How much a new document moves the ratio.</summary>
    private const double Weight = 0.02;

    private const int Marks = 2, Padding = 8;

    private double _ratio = InitialRatio;

    /// <summary>The guess for a document of so many UTF-16 code units; 0 for an empty one.</summary>
    internal long Estimate(long characters)
    {
        if (characters == 0) return 0;
        var subwords = characters * Volatile.Read(ref _ratio) + Marks;
        return (long)Math.Ceiling(subwords / Padding) * Padding;
    }

    /// <summary>Learns what a document weighed.</summary>
    internal void Learn(long characters, int subwords)
    {
        if (characters < 16) return;
        var ratio = Volatile.Read(ref _ratio);
        Volatile.Write(ref _ratio, ratio + Weight * (Math.Min(4.0, (double)subwords / characters) - ratio));
    }
}
