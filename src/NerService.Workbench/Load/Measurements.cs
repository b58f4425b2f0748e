namespace NerService.Workbench.Load;

/// <summary>Something measured of a server with documents of one length.</summary>
/// <param name="Words">Words of each document.</param>
internal abstract record Measurement(int Words);

/// <summary>One load.</summary>
/// <param name="Words">Words of each document.</param>
/// <param name="Kind">closed, open or streams.</param>
/// <param name="Load">Callers, documents a second, or streams.</param>
/// <param name="Counts">As the callers saw it.</param>
/// <param name="Server">As the server counted it; null: not asked.</param>
internal sealed record LoadMeasurement(int Words, string Kind, double Load, LoadCounts Counts, ServerCounters? Server) : Measurement(Words);

/// <summary>An interactive caller beside bulk work.</summary>
/// <param name="Words">Words of each document.</param>
/// <param name="Streams">Bulk streams.</param>
/// <param name="AloneLatencies">The caller's without them: before and after.</param>
/// <param name="BesideLatencies">The caller's with them.</param>
/// <param name="BulkPerSecond">Documents a second of the streams meanwhile.</param>
/// <param name="Failed">Documents of either that failed.</param>
/// <param name="Server">As the server counted the part with both; null: not asked.</param>
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
    /// <summary>The caller's latencies without bulk work, in percentiles.</summary>
    internal LatencySummary Alone => AloneLatencies.Summarize();

    /// <summary>The caller's latencies beside bulk work, in percentiles.</summary>
    internal LatencySummary Beside => BesideLatencies.Summarize();

    /// <summary>How many times as long 95 of 100 answers take at most.</summary>
    internal double Ratio => Beside.P95Ms / Alone.P95Ms;
}

/// <summary>More than the server can do.</summary>
/// <param name="Words">Words of each document.</param>
/// <param name="Factor">Arrivals over capacity.</param>
/// <param name="DeadlineSeconds">Of each call.</param>
/// <param name="CapacityPerSecond">Documents a second of a closed loop, the mean of before and after.</param>
/// <param name="Counts">As the callers saw the overload.</param>
/// <param name="Server">As the server counted it; null: not asked.</param>
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

/// <summary>The server beside the bare session.</summary>
/// <param name="Words">Words of each document.</param>
/// <param name="SessionBefore">Subwords a second of the session before the load.</param>
/// <param name="SessionAfter">Subwords a second of the session after the load.</param>
/// <param name="Counts">As the callers saw the load.</param>
/// <param name="Server">As the server counted it; null: not asked.</param>
internal sealed record SaturationMeasurement(int Words, double SessionBefore, double SessionAfter, LoadCounts Counts, ServerCounters? Server)
    : Measurement(Words)
{
    /// <summary>The server's subwords a second over the session's.</summary>
    internal double Ratio => Counts.SubwordsPerSecond / ((SessionBefore + SessionAfter) / 2);
}
