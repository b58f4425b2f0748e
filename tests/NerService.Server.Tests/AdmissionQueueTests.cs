using Microsoft.Extensions.Time.Testing;
using NerService.Inference;
using NerService.Server.Admission;

namespace NerService.Server.Tests;

public sealed class AdmissionQueueTests
{
    private readonly FakeTimeProvider _time = new();
    private double _rate = 100;

    private AdmissionQueue Queue(long max = 1_000, long round = 200) => new(max, round, () => _rate, _time);

    private DateTimeOffset In(double seconds) => _time.GetUtcNow().AddSeconds(seconds);

    [Fact]
    public void A_full_queue_refuses_at_once_and_says_when_to_come_again()
    {
        var queue = Queue();
        var permit = queue.TryAdmit(1_000, WorkPriority.Interactive, null, out var none);
        Assert.NotNull(permit);
        Assert.Null(none);
        Assert.Null(queue.TryAdmit(1, WorkPriority.Interactive, null, out var refusal));
        Assert.Contains("the limit is 1000", refusal!.Message, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(5), refusal.RetryAfter);
        permit.Dispose();
        Assert.NotNull(queue.TryAdmit(1, WorkPriority.Interactive, null, out _));
    }

    [Fact]
    public void A_document_larger_than_the_whole_queue_is_still_taken_on_when_there_is_room()
    {
        var queue = Queue();
        Assert.NotNull(queue.TryAdmit(999, WorkPriority.Interactive, null, out _));
        Assert.NotNull(queue.TryAdmit(1_000_000, WorkPriority.Interactive, null, out _));
        Assert.Null(queue.TryAdmit(1, WorkPriority.Interactive, null, out _));
    }

    [Fact]
    public void A_deadline_is_kept_when_three_quarters_of_the_time_left_are_enough_for_what_is_queued_and_the_document_itself()
    {
        var queue = Queue();
        _ = queue.TryAdmit(150, WorkPriority.Interactive, null, out _);
        // 150 subwords in front and 10 of its own at 100 a second.
        Assert.Null(queue.TryAdmit(10, WorkPriority.Interactive, In(2.0), out var refusal));
        Assert.Contains("1600 ms", refusal!.Message, StringComparison.Ordinal);
        Assert.Equal(100, refusal.RetryAfter.TotalMilliseconds, 0.01);
        Assert.NotNull(queue.TryAdmit(10, WorkPriority.Interactive, In(2.2), out _));
    }

    [Fact]
    public void An_idle_server_refuses_nothing_whatever_the_deadline()
    {
        Assert.NotNull(Queue().TryAdmit(1_000_000, WorkPriority.Interactive, In(0.001), out _));
    }

    [Fact]
    public void Nothing_is_refused_for_its_deadline_before_the_throughput_is_known()
    {
        _rate = 0;
        var queue = Queue();
        _ = queue.TryAdmit(900, WorkPriority.Interactive, null, out _);
        Assert.NotNull(queue.TryAdmit(10, WorkPriority.Interactive, In(0.001), out _));
    }

    [Fact]
    public void A_short_document_waits_only_for_the_round_of_a_long_one_that_is_in_front_of_it()
    {
        var queue = Queue(max: 100_000);
        _ = queue.TryAdmit(50_000, WorkPriority.Interactive, null, out _);
        // 200 tokens of the long one are in front of a newcomer: 2 seconds, not 500.
        Assert.NotNull(queue.TryAdmit(10, WorkPriority.Interactive, In(3), out _));
        // A long newcomer lets the other pass again and again: 22 seconds and its own 20.
        Assert.Null(queue.TryAdmit(2_000, WorkPriority.Interactive, In(50), out _));
    }

    [Fact]
    public void Interactive_work_does_not_wait_for_bulk_work_but_bulk_work_waits_for_all()
    {
        var queue = Queue();
        _ = queue.TryAdmit(200, WorkPriority.Bulk, null, out _);
        Assert.NotNull(queue.TryAdmit(10, WorkPriority.Interactive, In(0.1), out _));
        Assert.Null(queue.TryAdmit(10, WorkPriority.Bulk, In(0.1), out _));
    }

    [Fact]
    public async Task Streams_wait_in_order_until_the_queue_is_half_empty_and_leave_room_for_calls()
    {
        var queue = Queue();
        var call = queue.TryAdmit(600, WorkPriority.Interactive, null, out _)!;
        var first = queue.WaitAsync(300, WorkPriority.Bulk, CancellationToken.None).AsTask();
        var second = queue.WaitAsync(300, WorkPriority.Bulk, CancellationToken.None).AsTask();
        var third = queue.WaitAsync(1, WorkPriority.Bulk, CancellationToken.None).AsTask();
        Assert.Equal(3, queue.Waiting);
        Assert.NotNull(queue.TryAdmit(0, WorkPriority.Interactive, null, out _));
        call.Dispose();
        await first;
        await second;
        Assert.False(third.IsCompleted);
        Assert.Equal(600, queue.QueuedTokens);
        (await first).Dispose();
        await third;
        Assert.Equal(0, queue.Waiting);
    }

    [Fact]
    public async Task A_stream_that_gives_up_waiting_takes_no_place()
    {
        var queue = Queue();
        var call = queue.TryAdmit(1_000, WorkPriority.Interactive, null, out _)!;
        using var leaving = new CancellationTokenSource();
        var waiting = queue.WaitAsync(5, WorkPriority.Bulk, leaving.Token).AsTask();
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        call.Dispose();
        Assert.Equal((0, 0), (queue.QueuedTokens, queue.Waiting));
    }

    [Fact]
    public void A_place_is_given_back_once_however_often_it_is_disposed()
    {
        var queue = Queue();
        var permit = queue.TryAdmit(10, WorkPriority.Interactive, null, out _)!;
        _ = queue.TryAdmit(5, WorkPriority.Interactive, null, out _);
        permit.Dispose();
        permit.Dispose();
        Assert.Equal(5, queue.QueuedTokens);
    }

    [Fact]
    public void The_estimate_of_a_document_follows_what_documents_weigh()
    {
        var estimator = new TokenEstimator();
        Assert.Equal(0, estimator.Estimate(0));
        Assert.Equal(40, estimator.Estimate(100));
        for (var i = 0; i < 1_000; i++) estimator.Learn(100, 200);
        Assert.InRange(estimator.Estimate(100), 200, 216);
    }

    [Fact]
    public void A_caller_has_no_more_under_way_than_it_may_and_gets_its_places_back()
    {
        var limit = new CallerLimit(2);
        Assert.True(limit.TryEnter("a"));
        Assert.True(limit.TryEnter("a"));
        Assert.False(limit.TryEnter("a"));
        Assert.True(limit.TryEnter("b"));
        limit.Leave("a");
        Assert.True(limit.TryEnter("a"));
        Assert.False(limit.TryEnter("a"));
    }
}
