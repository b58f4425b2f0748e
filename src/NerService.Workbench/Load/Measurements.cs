namespace NerService.Workbench.Load;

/// <summary>
/// Something measured of a server with documents of so many words: a load's counts are as its callers saw it, the server's as it counted itself
/// (null: it was not asked).
/// </summary>
internal abstract record Measurement(int Words);

/// <summary>One load: closed (so many callers), open (so many documents a second) or streams (so many).</summary>
internal sealed record LoadMeasurement(int Words, string Kind, double Load, LoadCounts Counts, ServerCounters? Server) : Measurement(Words);

/// <summary>
/// An interactive caller beside bulk streams, and alone before and after; what the streams did a second meanwhile, and what failed of either.
/// </summary>
internal sealed record MixedMeasurement(
    int Words,
    int Streams,
    LatencyHistogram AloneLatencies,
    LatencyHistogram BesideLatencies,
    double BulkPerSecond,
    long Failed,
    ServerCounters? Server
) : Measurement(Words)
{
    internal LatencySummary Alone => AloneLatencies.Summarize();

    internal LatencySummary Beside => BesideLatencies.Summarize();

    /// <summary>How many times as long 95 of 100 answers take at most.</summary>
    internal double Ratio => Beside.P95Ms / Alone.P95Ms;
}

/// <summary>
/// Arrivals of so many times what the server can do: the documents a second of a closed loop, the mean of before and after. Each call has the
/// deadline.
/// </summary>
internal sealed record OverloadMeasurement(
    int Words,
    double Factor,
    double DeadlineSeconds,
    double CapacityPerSecond,
    LoadCounts Counts,
    ServerCounters? Server
) : Measurement(Words)
{
    /// <summary>Answers in time over capacity.</summary>
    internal double Goodput => Counts.GoodputPerSecond / CapacityPerSecond;
}

/// <summary>The server beside the bare session, which ran before and after the load; its speed is in subwords a second.</summary>
internal sealed record SaturationMeasurement(int Words, double SessionBefore, double SessionAfter, LoadCounts Counts, ServerCounters? Server)
    : Measurement(Words)
{
    /// <summary>The server's subwords a second over the session's.</summary>
    internal double Ratio => Counts.SubwordsPerSecond / ((SessionBefore + SessionAfter) / 2);
}
