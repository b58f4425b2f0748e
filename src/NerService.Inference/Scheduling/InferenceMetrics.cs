using System.Diagnostics.Metrics;

namespace NerService.Inference.Scheduling;

/// <summary>Instruments of the inference queue, under the meter <c>NerService.Inference</c>.</summary>
internal static class InferenceMetrics
{
    private static readonly Meter Meter = new("NerService.Inference");

    /// <summary>Seconds a window waited for its batch.</summary>
    internal static readonly Histogram<double> QueueTime = Meter.CreateHistogram<double>(
        "ner.inference.queue.duration",
        "s",
        "Time a window waited for its batch."
    );

    /// <summary>Seconds a batch ran.</summary>
    internal static readonly Histogram<double> BatchDuration = Meter.CreateHistogram<double>(
        "ner.inference.batch.duration",
        "s",
        "Time the model took for a batch."
    );

    /// <summary>Subwords run, padding not counted.</summary>
    internal static readonly Counter<long> RealTokens = Meter.CreateCounter<long>(
        "ner.inference.tokens.real",
        "{token}",
        "Subwords run, padding not counted."
    );

    /// <summary>Subwords run, padding counted; real over padded is the batch fill.</summary>
    internal static readonly Counter<long> PaddedTokens = Meter.CreateCounter<long>(
        "ner.inference.tokens.padded",
        "{token}",
        "Subwords run, padding counted."
    );

    /// <summary>Batches the model failed on.</summary>
    internal static readonly Counter<long> FailedBatches = Meter.CreateCounter<long>(
        "ner.inference.batches.failed",
        "{batch}",
        "Batches the model failed on."
    );

    /// <summary>Counts a batch.</summary>
    /// <param name="real">Subwords, padding not counted.</param>
    /// <param name="padded">Subwords, padding counted.</param>
    /// <param name="elapsed">How long it ran.</param>
    internal static void Ran(int real, int padded, TimeSpan elapsed)
    {
        BatchDuration.Record(elapsed.TotalSeconds);
        RealTokens.Add(real);
        PaddedTokens.Add(padded);
    }
}
