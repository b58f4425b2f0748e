using NerService.Inference.Scheduling;

namespace NerService.Inference.Tests.Scheduling;

public sealed class QueueBoundTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly FairQueue _queue = new(Works.Buckets);
    private readonly QueueBound _bound = new(160);
    private double _rate = 100;

    [Fact]
    public void A_caller_alone_gets_half_of_the_queue_and_the_next_half_of_the_rest()
    {
        Assert.Equal(10, AdmitWhilePossible("a"));
        Assert.Equal(5, AdmitWhilePossible("b"));
        Assert.Equal(3, AdmitWhilePossible("c"));
    }

    [Fact]
    public void A_full_queue_says_what_waits_what_may_and_when_to_come_again()
    {
        AdmitWhilePossible("a");
        var refusal = Refusal(Work("a"));
        Assert.Equal(AdmissionFailure.QueueFull, refusal.Failure);
        Assert.Equal("The queue is full: 80 padded subwords of this caller wait already and there is room for 80 of 160.", refusal.Message);
        Assert.Equal(TimeSpan.FromSeconds(0.4), refusal.RetryAfter);
    }

    [Fact]
    public void A_document_larger_than_the_whole_queue_is_taken_on_and_leaves_room_for_everybody_else()
    {
        Admit(Works.Long(1, windows: 1_000, "a", refusable: true));
        Admit(Works.Long(2, windows: 1_000, "b", refusable: true));
        Admit(Works.Long(3, windows: 1_000, "c", refusable: true));
        Assert.Equal(AdmissionFailure.QueueFull, Refusal(Works.Long(4, windows: 20, "a", refusable: true)).Failure);
        // Interactive work has a half that bulk work never takes, even of a caller whose long document waits.
        Assert.True(AdmitWhilePossible("a") >= 5);
        Assert.True(AdmitWhilePossible("d") >= 2);
    }

    [Fact]
    public void A_documents_weight_is_what_still_waits()
    {
        var work = Works.Long(1, windows: 1_000, "a", refusable: true);
        Admit(work);
        Assert.Equal(8_000, work.Flow!.PendingTokens);
        _bound.Release(work, 7_992);
        Assert.Equal((8, 8), (work.Flow.PendingTokens, work.HeldTokens));
        Admit(Works.Long(2, windows: 1_000, "a", refusable: true));
    }

    [Fact]
    public void What_is_done_gives_its_room_back_exactly()
    {
        for (var round = 0; round < 3; round++)
        {
            var works = Enumerable.Range(0, 5).Select(i => Works.Long(i + 1, windows: 30 * (i + 1), $"{i}", refusable: true)).ToList();
            foreach (var work in works)
                Admit(work);
            foreach (var work in works)
                while (work.PendingTokens > 0)
                    _bound.Release(work, 8);
        }
        Assert.Equal(10, AdmitWhilePossible("a"));
    }

    [Fact]
    public void Work_that_may_not_be_refused_takes_no_room()
    {
        for (var i = 0; i < 100; i++)
            Admit(Works.Short(1, caller: "a"));
        Assert.Equal(10, AdmitWhilePossible("a"));
    }

    [Fact]
    public void A_deadline_is_kept_when_three_quarters_of_the_time_left_are_enough_for_what_comes_first_and_the_document_itself()
    {
        for (var i = 0; i < 9; i++)
            Admit(Work("a"));
        // 72 subwords in front and 8 of its own at 100 a second.
        var refusal = Refusal(Work("a", seconds: 1.0));
        Assert.Equal(AdmissionFailure.DeadlineUnreachable, refusal.Failure);
        Assert.Contains("800 ms", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(50, refusal.RetryAfter.TotalMilliseconds, 0.01);
        Admit(Work("a", seconds: 1.1));
    }

    [Fact]
    public void Another_callers_work_counts_only_as_far_as_it_is_done_meanwhile()
    {
        for (var i = 0; i < 20; i++)
            Admit(Works.Short(1, caller: "a"));
        // 8 of its own and 8 of the other's; bulk work comes to a sixteenth of that.
        Admit(Work("b", seconds: 0.22));
        Assert.Equal(AdmissionFailure.DeadlineUnreachable, Refusal(Work("c", seconds: 0.2)).Failure);
        // Bulk work waits for all that is interactive.
        Assert.Equal(
            AdmissionFailure.DeadlineUnreachable,
            Refusal(Works.Short(1, caller: "c", priority: WorkPriority.Bulk, deadline: Now.AddSeconds(1.8), refusable: true)).Failure
        );
    }

    [Fact]
    public void Interactive_work_hardly_waits_for_bulk_work()
    {
        for (var i = 0; i < 100; i++)
            Admit(Works.Short(1, caller: "a", priority: WorkPriority.Bulk));
        Admit(Work("b", seconds: 0.12));
    }

    [Fact]
    public void An_idle_model_refuses_nothing_whatever_the_deadline() =>
        Admit(Works.Long(1, windows: 1_000, deadline: Now.AddSeconds(0.001), refusable: true));

    [Fact]
    public void Nothing_is_refused_for_its_deadline_before_the_throughput_is_known()
    {
        _rate = 0;
        for (var i = 0; i < 9; i++)
            Admit(Work("a", seconds: 0.001));
    }

    private static DocumentWork Work(string caller, double? seconds = null) =>
        Works.Short(1, caller: caller, deadline: seconds is { } s ? Now.AddSeconds(s) : null, refusable: true);

    private int AdmitWhilePossible(string caller)
    {
        for (var count = 0; ; count++)
        {
            Assert.True(count < 1_000, "The queue has no bound.");
            try
            {
                Admit(Work(caller));
            }
            catch (AdmissionException)
            {
                return count;
            }
        }
    }

    private AdmissionException Refusal(DocumentWork work) => Assert.Throws<AdmissionException>(() => Admit(work));

    private void Admit(DocumentWork work)
    {
        work.Flow = _queue.FlowOf(work);
        for (var window = 0; window < work.Windows.Count; window++)
            work.PendingTokens += _queue.TokensOf(work, window);
        _bound.Admit(work, _queue.Flows, _rate, Now);
    }
}
