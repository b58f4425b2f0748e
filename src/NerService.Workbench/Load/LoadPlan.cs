using NerService.Contracts.V1;

namespace NerService.Workbench.Load;

/// <summary>What <c>ner bench --server</c> measures, and how.</summary>
internal sealed record LoadPlan
{
    /// <summary>The server.</summary>
    internal required Uri Server { get; init; }

    /// <summary>Its metrics page; null: its counters are not read.</summary>
    internal required Uri? Metrics { get; init; }

    /// <summary>Closed loops, by their number of callers.</summary>
    internal required int[] Callers { get; init; }

    /// <summary>Open loops, by their documents a second.</summary>
    internal required double[] Rates { get; init; }

    /// <summary>Loads of streams, by their number.</summary>
    internal required int[] Streams { get; init; }

    /// <summary>Bulk streams beside an interactive caller; null: not measured.</summary>
    internal required int? BulkStreams { get; init; }

    /// <summary>Arrivals as a multiple of the capacity; null: not measured.</summary>
    internal required double? Overload { get; init; }

    /// <summary>Whether throughput is compared with the bare session's.</summary>
    internal required bool Saturation { get; init; }

    /// <summary>Length of the measured part of a load.</summary>
    internal required TimeSpan Duration { get; init; }

    /// <summary>Length of the part before it.</summary>
    internal required TimeSpan Warmup { get; init; }

    /// <summary>What each call gets; null: as long as it takes.</summary>
    internal required TimeSpan? Deadline { get; init; }

    /// <summary>Of the documents of closed and open loops and of streams.</summary>
    internal required Priority Priority { get; init; }

    /// <summary>Of the arrivals.</summary>
    internal required int Seed { get; init; }

    /// <summary>Loads that are put on the server for each length of document.</summary>
    internal int Steps =>
        Callers.Length + Rates.Length + Streams.Length + (BulkStreams is null ? 0 : 3) + (Overload is null ? 0 : 3) + (Saturation ? 3 : 0);
}
