namespace NerService.Batch.Tests;

public sealed class OrderedWorkTests
{
    [Fact]
    public async Task Results_come_in_the_order_of_the_work_whatever_ends_first()
    {
        var gates = Enumerable.Range(0, 5).Select(_ => new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously)).ToArray();
        var reading = ReadAsync(OrderedWork.RunAsync(Numbers(5), (i, _) => gates[i].Task, concurrency: 10, TestContext.Current.CancellationToken));
        for (var i = 4; i >= 0; i--)
            gates[i].SetResult(i);
        Assert.Equal([0, 1, 2, 3, 4], await reading);
    }

    [Fact]
    public async Task No_more_than_the_concurrency_is_under_way()
    {
        var (running, most) = (0, 0);
        await ReadAsync(
            OrderedWork.RunAsync(
                Numbers(200),
                async (i, _) =>
                {
                    InterlockedMax(ref most, Interlocked.Increment(ref running));
                    await Task.Yield();
                    Interlocked.Decrement(ref running);
                    return i;
                },
                concurrency: 4,
                TestContext.Current.CancellationToken
            )
        );
        // One in the hands of the reader and one in the hands of the writer.
        Assert.InRange(most, 1, 5);
    }

    [Fact]
    public async Task Work_that_ends_with_an_error_ends_the_results_after_those_before_it()
    {
        var results = new List<int>();
        var error = await Assert.ThrowsAsync<InvalidDataException>(async () =>
        {
            await foreach (
                var task in OrderedWork.RunAsync(
                    NumbersThenError(3),
                    (i, _) => Task.FromResult(i),
                    concurrency: 2,
                    TestContext.Current.CancellationToken
                )
            )
                results.Add(await task);
        });
        Assert.Equal("no more", error.Message);
        Assert.Equal([0, 1, 2], results);
    }

    [Fact]
    public async Task A_reader_that_stops_early_stops_what_is_under_way()
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await foreach (var task in OrderedWork.RunAsync(Numbers(2), WorkAsync, concurrency: 4, TestContext.Current.CancellationToken))
        {
            await task;
            break;
        }
        await cancelled.Task.WithinLimitAsync();

        async Task<int> WorkAsync(int i, CancellationToken token)
        {
            if (i == 0)
                return i;
            await using var registration = token.Register(() => cancelled.TrySetResult());
            await Task.Delay(Timeout.Infinite, token);
            return i;
        }
    }

    private static async IAsyncEnumerable<int> Numbers(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await Task.Yield();
            yield return i;
        }
    }

    private static async IAsyncEnumerable<int> NumbersThenError(int count)
    {
        await foreach (var i in Numbers(count))
            yield return i;
        throw new InvalidDataException("no more");
    }

    private static async Task<List<int>> ReadAsync(IAsyncEnumerable<Task<int>> tasks)
    {
        var results = new List<int>();
        await foreach (var task in tasks)
            results.Add(await task);
        return results;
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); value > seen; seen = Volatile.Read(ref target))
            if (Interlocked.CompareExchange(ref target, value, seen) == seen)
                return;
    }
}
