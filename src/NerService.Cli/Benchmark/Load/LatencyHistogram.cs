using HdrHistogram;

namespace NerService.Cli.Benchmark.Load;

/// <summary>What a histogram says, in milliseconds; all 0 when it is empty.</summary>
internal readonly record struct LatencySummary(long Count, double MeanMs, double P50Ms, double P95Ms, double P99Ms, double MaxMs);

/// <summary>Latencies from a microsecond to an hour, three digits exact, whatever their number. Not thread-safe.</summary>
internal sealed class LatencyHistogram
{
    private const long MaxMicroseconds = 3_600_000_000;

    private const int Digits = 3;

    private readonly LongHistogram _histogram = new(MaxMicroseconds, Digits);
    private double _sumMs;

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

    private double At(double percentile) => _histogram.GetValueAtPercentile(percentile) / 1000.0;
}
