namespace NerService.Workbench.Load;

/// <summary>
/// What became of the documents of one load, as its callers saw it. Everything but <see cref="Sent"/> is of the measured part alone.
/// </summary>
internal sealed record LoadCounts
{
    /// <summary>Length of the measured part.</summary>
    internal required double Seconds { get; init; }

    /// <summary>Documents sent, those of the warm-up too.</summary>
    internal required long Sent { get; init; }

    /// <summary>Documents answered.</summary>
    internal required long Answered { get; init; }

    /// <summary>Documents answered before their deadline; without one, all that were answered.</summary>
    internal required long InTime { get; init; }

    /// <summary>Documents that the server did not take on (RESOURCE_EXHAUSTED).</summary>
    internal required long Refused { get; init; }

    /// <summary>Documents whose deadline passed without an answer.</summary>
    internal required long Expired { get; init; }

    /// <summary>Documents that ended otherwise.</summary>
    internal required long Failed { get; init; }

    /// <summary>How the first failure, of the warm-up or after it, reads; null: there was none.</summary>
    internal required string? FirstFailure { get; init; }

    /// <summary>Words of the answered documents.</summary>
    internal required long Words { get; init; }

    /// <summary>Subwords of the answered documents, neither special tokens nor padding counted.</summary>
    internal required long Subwords { get; init; }

    /// <summary>From when a document should have been sent to its answer.</summary>
    internal required LatencyHistogram Latencies { get; init; }

    /// <summary>The same, in percentiles.</summary>
    internal LatencySummary Latency => Latencies.Summarize();

    /// <summary>From when a document should have been sent to its refusal.</summary>
    internal required LatencySummary Refusals { get; init; }

    /// <summary>How far the load generator itself was behind; large numbers mean that it, not the server, was measured.</summary>
    internal required LatencySummary Lateness { get; init; }

    /// <summary>Milliseconds in the server's queue, the mean of the answered documents, by the server.</summary>
    internal required double QueueMs { get; init; }

    /// <summary>Milliseconds of everything in the server outside queue and inference, likewise.</summary>
    internal required double PreparationMs { get; init; }

    /// <summary>Milliseconds of inference, shared batches counted whole, likewise.</summary>
    internal required double InferenceMs { get; init; }

    /// <summary>Milliseconds that the server does not account for: network, serialization, both ends' thread pools.</summary>
    internal double OutsideMs => Math.Max(0, Latency.MeanMs - QueueMs - PreparationMs - InferenceMs);

    /// <summary>Documents answered a second.</summary>
    internal double DocumentsPerSecond => Answered / Seconds;

    /// <summary>Documents answered in time a second.</summary>
    internal double GoodputPerSecond => InTime / Seconds;

    /// <summary>Words a second.</summary>
    internal double WordsPerSecond => Words / Seconds;

    /// <summary>Subwords a second.</summary>
    internal double SubwordsPerSecond => Subwords / Seconds;
}
