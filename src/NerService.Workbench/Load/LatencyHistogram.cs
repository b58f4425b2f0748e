using HdrHistogram;

namespace NerService.Workbench.Load;

/// <summary>What a histogram says, in milliseconds; all 0 when it is empty.</summary>
internal readonly record struct LatencySummary(long Count, double MeanMs, double P50Ms, double P95Ms, double P99Ms, double MaxMs);

/// <summary>Latencies of about one length.</summary>
/// <param name="Number">Which power of <see cref="Growth"/> it begins at.</param>
/// <param name="Count">How many there are.</param>
internal readonly record struct LatencyBin(int Number, long Count)
{
    /// <summary>A bin's end over its beginning.</summary>
    internal const double Growth = 1.25;

    /// <summary>Where it begins, in milliseconds.</summary>
    internal double FromMs => Math.Pow(Growth, Number);

    /// <summary>Where it ends, in milliseconds.</summary>
    internal double ToMs => Math.Pow(Growth, Number + 1);
}

/// <summary>Latencies from a microsecond to an hour, three digits exact, whatever their number. Not thread-safe.</summary>
internal sealed class LatencyHistogram
{
    private const long MaxMicroseconds = 3_600_000_000;

    private const int Digits = 3;

    private readonly LongHistogram _histogram = new(MaxMicroseconds, Digits);
    private double _sumMs;

    /// <summary>A histogram of latencies.</summary>
    internal static LatencyHistogram Of(IEnumerable<TimeSpan> latencies)
    {
        var histogram = new LatencyHistogram();
        foreach (var latency in latencies)
            histogram.Record(latency);
        return histogram;
    }

    /// <summary>Adds a latency; one beyond an hour counts as an hour.</summary>
    internal void Record(TimeSpan latency)
    {
        _sumMs += latency.TotalMilliseconds;
        _histogram.RecordValue(Math.Clamp((long)latency.TotalMicroseconds, 0, MaxMicroseconds));
    }

    /// <summary>Adds another histogram's latencies.</summary>
    internal void Add(LatencyHistogram other)
    {
        _sumMs += other._sumMs;
        _histogram.Add(other._histogram);
    }

    /// <summary>The percentiles.</summary>
    internal LatencySummary Summarize()
    {
        var count = _histogram.TotalCount;
        return count == 0 ? default : new LatencySummary(count, _sumMs / count, At(50), At(95), At(99), At(100));
    }

    /// <summary>The latencies in bins that each reach a quarter further than the one before, from the fastest to the slowest.</summary>
    internal IReadOnlyList<LatencyBin> Bins()
    {
        var bins = new List<LatencyBin>();
        foreach (var value in _histogram.RecordedValues())
        {
            var ms = value.ValueIteratedTo / 1000.0;
            var number = (int)Math.Floor(Math.Log(Math.Max(ms, 0.001)) / Math.Log(LatencyBin.Growth));
            while (bins.Count > 0 && bins[^1].Number < number)
                bins.Add(new LatencyBin(bins[^1].Number + 1, 0));
            if (bins.Count == 0)
                bins.Add(new LatencyBin(number, 0));
            bins[^1] = bins[^1] with { Count = bins[^1].Count + value.CountAddedInThisIterationStep };
        }
        return bins;
    }

    private double At(double percentile) => _histogram.GetValueAtPercentile(percentile) / 1000.0;
}
