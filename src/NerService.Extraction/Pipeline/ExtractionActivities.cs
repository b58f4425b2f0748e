using System.Diagnostics;
using NerService.Inference;

namespace NerService.Extraction.Pipeline;

/// <summary>
/// Trace spans of one extraction, under the source <see cref="SourceName"/>: <c>ner.prepare</c>, <c>ner.queue</c>, <c>ner.infer</c> and
/// <c>ner.judge</c>, children of whatever span is current. They carry counts and times, never text, and cost nothing while nobody listens.
/// </summary>
public static class ExtractionActivities
{
    /// <summary>Name of the activity source.</summary>
    public const string SourceName = "NerService.Extraction";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Records the spans of an extraction that has just ended.</summary>
    /// <param name="time">The clock of the timestamps.</param>
    /// <param name="started">When it began.</param>
    /// <param name="handedOver">When its windows went to the model's queue.</param>
    /// <param name="handedBack">When the last window was done.</param>
    /// <param name="classification">What the model says of its own times.</param>
    /// <param name="words">Words of the document.</param>
    internal static void Record(TimeProvider time, long started, long handedOver, long handedBack, Classification classification, int words)
    {
        if (!Source.HasListeners())
            return;
        var end = time.GetUtcNow();
        var sinceStart = time.GetElapsedTime(started);
        DateTimeOffset At(long timestamp) => end - sinceStart + time.GetElapsedTime(started, timestamp);
        Span("ner.prepare", At(started), At(handedOver), "ner.words", words);
        Span("ner.queue", At(handedOver), At(handedOver) + classification.QueueTime, "ner.windows", classification.Windows);
        var inferred = At(handedBack) - classification.InferenceTime;
        Span("ner.infer", inferred < At(handedOver) ? At(handedOver) : inferred, At(handedBack), "ner.windows", classification.Windows);
        Span("ner.judge", At(handedBack), end, "ner.words", words);
    }

    private static void Span(string name, DateTimeOffset start, DateTimeOffset end, string tag, int value)
    {
        using var span = Source.StartActivity(name, ActivityKind.Internal, parentContext: default, startTime: start);
        if (span is null)
            return;
        span.SetTag(tag, value);
        span.SetEndTime(end.UtcDateTime);
    }
}
