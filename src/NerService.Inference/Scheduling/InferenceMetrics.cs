using System.Diagnostics.Metrics;

namespace NerService.Inference.Scheduling;

/// <summary>Instruments of the inference queue, under the meter <see cref="MeterName"/>.</summary>
public static class InferenceMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "NerService.Inference";

    private static readonly Meter Meter = new(MeterName);

    internal static readonly Histogram<double> QueueTime = CreateHistogram(
        "ner.inference.queue.duration",
        "s",
        "Time a window waited for its batch."
    );
    internal static readonly Counter<long> FailedBatches = CreateCounter("ner.inference.batches.failed", "{batch}", "Batches the model failed on.");

    private static readonly Histogram<double> BatchDuration = CreateHistogram(
        "ner.inference.batch.duration",
        "s",
        "Time the model took for a batch."
    );
    private static readonly Counter<long> RealTokens = CreateCounter("ner.inference.tokens.real", "{token}", "Subwords run, padding not counted.");
    private static readonly Counter<long> PaddedTokens = CreateCounter("ner.inference.tokens.padded", "{token}", "Subwords run, padding counted.");

    /// <summary>Counts a batch.</summary>
    /// <param name="real">Subwords, padding not counted; over <paramref name="padded"/> they are how full batches are.</param>
    /// <param name="padded">Subwords, padding counted.</param>
    /// <param name="elapsed">How long it ran.</param>
    internal static void Ran(int real, int padded, TimeSpan elapsed)
    {
        BatchDuration.Record(elapsed.TotalSeconds);
        RealTokens.Add(real);
        PaddedTokens.Add(padded);
    }

    private static Histogram<double> CreateHistogram(string name, string unit, string description) =>
        Meter.CreateHistogram<double>(name, unit, description);

    private static Counter<long> CreateCounter(string name, string unit, string description) => Meter.CreateCounter<long>(name, unit, description);
}
