using Microsoft.Extensions.Time.Testing;
using NerService.Server.Memory;

namespace NerService.Server.Tests.Memory;

public sealed class ByteBudgetTests : IDisposable
{
    private const long Limit = 1_000_000;

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private readonly FakeTimeProvider _time = new();
    private readonly ByteBudget _budget;

    public ByteBudgetTests() => _budget = new ByteBudget(Limit, _time);

    public void Dispose() => _budget.Dispose();

    [Fact]
    public async Task A_call_reads_until_the_budget_is_full_and_a_stream_until_it_is_half_full()
    {
        using var half = _budget.Hold(Limit / 2);
        Assert.True(await _budget.WaitForRoomAsync(Reader.Call, Cancel));
        var stream = _budget.WaitForRoomAsync(Reader.Stream, Cancel);
        Assert.False(stream.IsCompleted);
        half.Dispose();
        Assert.True(await stream);
        Assert.Equal(0, _budget.Used);
    }

    [Fact]
    public async Task A_call_that_finds_no_room_is_refused_after_a_while_and_a_stream_waits_as_long_as_it_takes()
    {
        using var all = _budget.Hold(Limit);
        var call = _budget.WaitForRoomAsync(Reader.Call, Cancel).AsTask();
        var stream = _budget.WaitForRoomAsync(Reader.Stream, Cancel).AsTask();
        _time.Advance(ByteBudget.Patience - TimeSpan.FromSeconds(1));
        Assert.False(call.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(await call.WithinLimitAsync());
        _time.Advance(TimeSpan.FromHours(1));
        Assert.False(stream.IsCompleted);
        all.Dispose();
        Assert.True(await stream.WithinLimitAsync());
    }

    [Fact]
    public async Task Those_that_wait_are_let_in_in_turn_as_many_as_fit()
    {
        using var all = _budget.Hold(Limit);
        var calls = Enumerable.Range(0, 20).Select(_ => _budget.WaitForRoomAsync(Reader.Call, Cancel).AsTask()).ToArray();
        _budget.Remove(100_000);
        var letIn = await Task.WhenAll(calls[..2]).WithinLimitAsync();
        Assert.All(letIn, Assert.True);
        Assert.All(calls[2..], call => Assert.False(call.IsCompleted));
        _budget.Add(100_000);
    }

    [Fact]
    public async Task Of_those_that_expect_much_fewer_are_let_in()
    {
        using var all = _budget.Hold(Limit);
        var calls = Enumerable.Range(0, 4).Select(_ => _budget.WaitForRoomAsync(Reader.Call, Cancel, expected: 300_000).AsTask()).ToArray();
        _budget.Remove(500_000);
        var letIn = await Task.WhenAll(calls[..2]).WithinLimitAsync();
        Assert.All(letIn, Assert.True);
        Assert.All(calls[2..], call => Assert.False(call.IsCompleted));
        _budget.Add(500_000);
    }

    [Fact]
    public async Task One_that_leaves_while_it_waits_keeps_nobody_waiting()
    {
        using var all = _budget.Hold(Limit);
        using var leaving = new CancellationTokenSource();
        var first = _budget.WaitForRoomAsync(Reader.Call, leaving.Token).AsTask();
        var second = _budget.WaitForRoomAsync(Reader.Call, Cancel).AsTask();
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.WithinLimitAsync());
        _budget.Remove(1);
        Assert.True(await second.WithinLimitAsync());
        _budget.Add(1);
    }

    [Fact]
    public void What_a_peer_leaves_half_done_is_given_up_when_it_has_been_long_and_the_budget_is_full_only()
    {
        var givenUp = new List<string>();
        using var old = _budget.AwaitPeer(() => givenUp.Add("old"));
        _time.Advance(ByteBudget.Patience * 2);
        Assert.Empty(givenUp);
        using var young = _budget.AwaitPeer(() => givenUp.Add("young"));
        using var done = _budget.AwaitPeer(() => givenUp.Add("done"));
        done.Dispose();
        using var all = _budget.Hold(Limit);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["old"], givenUp);
        _time.Advance(ByteBudget.Patience);
        Assert.Equal(["old", "young"], givenUp);
        _time.Advance(ByteBudget.Patience * 2);
        Assert.Equal(2, givenUp.Count);
    }

    [Fact]
    public void What_is_waited_for_at_longest_so_long_is_given_up_then_however_much_room_there_is()
    {
        var givenUp = new List<string>();
        using var reader = _budget.AwaitPeer(() => givenUp.Add("reader"), TimeSpan.FromSeconds(60));
        using var writer = _budget.AwaitPeer(() => givenUp.Add("writer"));
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Empty(givenUp);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["reader"], givenUp);
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Single(givenUp);
    }

    [Fact]
    public void A_slow_reader_has_the_time_that_its_answer_takes_before_the_wait_counts()
    {
        var givenUp = new List<string>();
        using var large = _budget.AwaitPeer(() => givenUp.Add("large"), bytes: 60L * ByteBudget.SlowestBytesPerSecond);
        using var small = _budget.AwaitPeer(() => givenUp.Add("small"));
        using var all = _budget.Hold(Limit);
        _time.Advance(ByteBudget.Patience);
        Assert.Equal(["small"], givenUp);
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Single(givenUp);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["small", "large"], givenUp);
    }

    [Fact]
    public void What_comes_after_the_end_of_what_is_held_is_not_counted()
    {
        var held = _budget.Hold(100);
        held.Add(50);
        held.Add(-30);
        Assert.Equal(120, _budget.Used);
        held.Dispose();
        held.Add(70);
        held.Add(-10);
        held.Dispose();
        Assert.Equal(0, _budget.Used);
    }

    [Fact]
    public void Buffers_of_the_pool_are_counted_while_they_are_rented()
    {
        using var pool = new CountedMemoryPool(System.Buffers.MemoryPool<byte>.Shared, _budget);
        var block = pool.Rent(4096);
        Assert.Equal(block.Memory.Length, _budget.Used);
        block.Dispose();
        // A second time it is nobody's.
        block.Dispose();
        Assert.Equal(0, _budget.Used);
    }

    [Fact]
    public async Task However_many_come_and_go_at_once_nothing_is_left_and_nobody_waits_for_ever()
    {
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 2_000),
            new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Cancel },
            async (i, cancel) =>
            {
                Assert.True(await _budget.WaitForRoomAsync(i % 2 == 0 ? Reader.Call : Reader.Stream, cancel).AsTask().WithinLimitAsync());
                using var held = _budget.Hold(400_000);
                await Task.Yield();
            }
        );
        Assert.Equal(0, _budget.Used);
    }
}
