using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.Time.Testing;
using NerService.Contracts.V1;
using NerService.Workbench.Load;

namespace NerService.Workbench.Tests.Load;

public sealed class LoadRecorderTests
{
    private static readonly Statistics Statistics = new()
    {
        Words = 30,
        Subwords = 50,
        QueueTime = Ms(4),
        PreparationTime = Ms(1),
        InferenceTime = Ms(20),
    };

    private static Duration Ms(double milliseconds) => Duration.FromTimeSpan(TimeSpan.FromMilliseconds(milliseconds));

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Percentiles_are_exact_to_three_digits_and_the_mean_is_exact()
    {
        var histogram = new LatencyHistogram();
        for (var ms = 1; ms <= 1000; ms++)
            histogram.Record(TimeSpan.FromMilliseconds(ms));
        var summary = histogram.Summarize();
        Assert.Equal(1000, summary.Count);
        Assert.Equal(500.5, summary.MeanMs, 1e-9);
        Assert.Equal(500, summary.P50Ms, 0.5);
        Assert.Equal(950, summary.P95Ms, 1.0);
        Assert.Equal(990, summary.P99Ms, 1.0);
        Assert.Equal(1000, summary.MaxMs, 1.0);
    }

    [Fact]
    public void Histograms_add_up_and_an_empty_one_says_nothing()
    {
        var (all, part) = (new LatencyHistogram(), new LatencyHistogram());
        Assert.Equal(default, all.Summarize());
        part.Record(TimeSpan.FromMilliseconds(10));
        all.Record(TimeSpan.FromMilliseconds(30));
        all.Add(part);
        Assert.Equal((2, 20.0), (all.Summarize().Count, all.Summarize().MeanMs));
        // Beyond what it can hold it still counts.
        all.Record(TimeSpan.FromHours(2));
        Assert.Equal(3_600_000, all.Summarize().MaxMs, 4_000.0);
    }

    [Fact]
    public void What_begins_in_the_warm_up_is_sent_and_not_counted()
    {
        var recorder = Recorder(deadline: null);
        recorder.Sent(Seconds(0.5), Seconds(0.5));
        recorder.Sent(Seconds(1.0), Seconds(1.25));
        _time.Advance(Seconds(2));
        recorder.Answered(Seconds(0.5), Statistics);
        recorder.Answered(Seconds(1.0), Statistics);
        var counts = recorder.Counts();
        Assert.Equal((2, 1, 1), (counts.Sent, counts.Answered, counts.InTime));
        Assert.Equal((30, 50), (counts.Words, counts.Subwords));
        Assert.Equal(0.1, counts.DocumentsPerSecond, 1e-9);
        Assert.Equal((4.0, 1.0, 20.0), (counts.QueueMs, counts.PreparationMs, counts.InferenceMs));
        // It was sent a quarter of a second late; its caller waited from when it should have been.
        Assert.Equal(1000, counts.Latency.P50Ms, 1.0);
        Assert.Equal(975, counts.OutsideMs, 1.0);
        Assert.Equal(250, counts.Lateness.P99Ms, 1.0);
    }

    [Fact]
    public void An_answer_after_the_deadline_is_an_answer_but_not_one_in_time()
    {
        var recorder = Recorder(deadline: Seconds(1));
        _time.Advance(Seconds(3));
        recorder.Answered(Seconds(2), Statistics);
        recorder.Answered(Seconds(1.9), Statistics);
        Assert.Equal((2, 1), (recorder.Counts().Answered, recorder.Counts().InTime));
    }

    [Fact]
    public void Every_document_ends_in_one_way_and_only_refusals_have_a_time_to_the_refusal()
    {
        var recorder = Recorder(deadline: Seconds(1));
        _time.Advance(Seconds(2));
        recorder.Ended(Seconds(1.99), StatusCode.ResourceExhausted, "full");
        recorder.Ended(Seconds(1.5), StatusCode.DeadlineExceeded, "late");
        recorder.Ended(Seconds(1.5), StatusCode.Internal, "broken");
        recorder.Ended(Seconds(1.5), StatusCode.Unavailable, "away");
        var counts = recorder.Counts();
        Assert.Equal((0, 1, 1, 2), (counts.Answered, counts.Refused, counts.Expired, counts.Failed));
        Assert.Equal((1, 10.0), (counts.Refusals.Count, Math.Round(counts.Refusals.MaxMs, 1)));
        Assert.Equal("Internal: broken", counts.FirstFailure);
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    /// <summary>A second of warm-up, then ten that count.</summary>
    private LoadRecorder Recorder(TimeSpan? deadline) => new(new LoadWindow(Seconds(1), Seconds(10), _time), deadline);
}
