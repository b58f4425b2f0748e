using CsCheck;
using NerService.Inference.Scheduling;

namespace NerService.Inference.Tests.Scheduling;

public sealed class FairQueueTests
{
    // The bound of self-clocked fair queueing: two flows that always have work are given the same, up to one window of each.
    [Fact]
    public void Callers_that_always_have_work_get_equal_parts_whatever_the_length_of_their_windows() =>
        Gen.Select(Gen.Int[1, Works.MaxLength - 2].Array[2, 5], Gen.Int[20, 60])
            .Sample(
                (lengths, turns) =>
                {
                    var queue = new FairQueue(Works.Buckets);
                    for (var caller = 0; caller < lengths.Length; caller++)
                    for (var i = 0; i < turns; i++)
                        Add(queue, Works.Short(caller + 1, lengths[caller], $"{caller}"));
                    var given = new int[lengths.Length];
                    for (var i = 0; i < turns; i++)
                    {
                        foreach (var window in TakeNext(queue))
                            given[int.Parse(window.Work.Caller, null)] += queue.TokensOf(window.Work, window.Index);
                        for (var a = 0; a < given.Length; a++)
                        for (var b = 0; b < a; b++)
                            Assert.True(Math.Abs(given[a] - given[b]) <= Works.Buckets.Fit(lengths[a] + 2) + Works.Buckets.Fit(lengths[b] + 2));
                    }
                },
                iter: 100
            );

    [Fact]
    public void A_flow_that_must_wait_is_passed_over_and_its_shorter_windows_are_not()
    {
        var queue = new FairQueue(Works.Buckets);
        Add(queue, Works.Short(1, 40, "a"));
        Add(queue, Works.Short(2, 2, "a"));
        Add(queue, Works.Short(3, 40, "b"));
        Assert.True(queue.TryFindNext(flow => flow.Caller == "a" ? 16 : 0, out var flow, out var shape, out var window));
        Assert.Equal(("a", 8, 2), (flow.Caller, shape.Length, window.Work.Document.Subwords[0]));
        Assert.False(queue.TryFindNext(_ => 0, out _, out _, out _));
    }

    [Fact]
    public void Flows_are_forgotten_when_they_have_no_work_and_are_not_expected()
    {
        var queue = new FairQueue(Works.Buckets);
        for (var i = 1; i <= 1_000; i++)
        {
            Add(queue, Works.Short(i, 2, $"{i}"));
            TakeNext(queue);
        }
        queue.Forget(flow => flow.Caller == "7");
        Assert.Equal(["7"], queue.Flows.Select(flow => flow.Caller));
    }

    private static void Add(FairQueue queue, DocumentWork work)
    {
        work.Flow = queue.FlowOf(work);
        queue.Add(work, now: 0);
    }

    private static List<WaitingWindow> TakeNext(FairQueue queue)
    {
        Assert.True(queue.TryFindNext(_ => int.MaxValue, out var flow, out var shape, out _));
        var batch = new List<WaitingWindow>();
        queue.Take(flow, shape, 1, now: 0, batch);
        return batch;
    }
}
