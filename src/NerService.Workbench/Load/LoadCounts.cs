namespace NerService.Workbench.Load;

/// <summary>
/// What became of the documents of one load, as its callers saw it. Everything but <see cref="Sent"/> and <see cref="FirstFailure"/> is of the
/// measured part alone.
/// </summary>
internal sealed class LoadCounts
{
    /// <summary>Length of the measured part.</summary>
    internal required double Seconds { get; init; }

    /// <summary>Documents sent, those of the warm-up too.</summary>
    internal long Sent { get; set; }

    internal long Answered { get; set; }

    /// <summary>Documents answered before their deadline; without one, all that were answered.</summary>
    internal long InTime { get; set; }

    /// <summary>Documents that the server did not take on (RESOURCE_EXHAUSTED).</summary>
    internal long Refused { get; set; }

    /// <summary>Documents whose deadline passed without an answer.</summary>
    internal long Expired { get; set; }

    /// <summary>Documents that ended otherwise.</summary>
    internal long Failed { get; set; }

    /// <summary>How the first failure, of the warm-up or after it, reads; null: there was none.</summary>
    internal string? FirstFailure { get; set; }

    /// <summary>Words of the answered documents.</summary>
    internal long Words { get; set; }

    /// <summary>Subwords of the answered documents, neither special tokens nor padding counted.</summary>
    internal long Subwords { get; set; }

    /// <summary>From when a document should have been sent to its answer.</summary>
    internal LatencyHistogram Latencies { get; } = new();

    /// <summary>From when a document should have been sent to its refusal.</summary>
    internal LatencyHistogram RefusalTimes { get; } = new();

    /// <summary>How far the load generator itself was behind; large numbers mean that it, not the server, was measured.</summary>
    internal LatencyHistogram Delays { get; } = new();

    /// <summary>Time of the answered documents in the server, by the server: in its queue, in inference with shared batches counted whole, and in
    /// everything else.</summary>
    internal (TimeSpan Queue, TimeSpan Inference, TimeSpan Preparation) ServerTime { get; set; }

    internal LatencySummary Latency => Latencies.Summarize();

    internal LatencySummary Refusals => RefusalTimes.Summarize();

    internal LatencySummary Lateness => Delays.Summarize();

    internal double QueueMs => MeanMs(ServerTime.Queue);

    internal double PreparationMs => MeanMs(ServerTime.Preparation);

    internal double InferenceMs => MeanMs(ServerTime.Inference);

    /// <summary>Milliseconds that the server does not account for: network, serialization, both ends' thread pools.</summary>
    internal double OutsideMs => Math.Max(0, Latency.MeanMs - QueueMs - PreparationMs - InferenceMs);

    internal double DocumentsPerSecond => Answered / Seconds;

    /// <summary>Documents answered in time a second.</summary>
    internal double GoodputPerSecond => InTime / Seconds;

    internal double WordsPerSecond => Words / Seconds;

    internal double SubwordsPerSecond => Subwords / Seconds;

    private double MeanMs(TimeSpan sum) => sum.TotalMilliseconds / Math.Max(1, Answered);
}
