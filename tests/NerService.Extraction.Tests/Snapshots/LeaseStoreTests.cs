using NerService.Extraction.Snapshots;

namespace NerService.Extraction.Tests.Snapshots;

public sealed class LeaseStoreTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_replaced_value_lives_until_its_last_lease_ends()
    {
        using var store = new LeaseStore<Counted>();
        using var first = new Counted();
        await store.Swap(first);
        var (one, other) = (store.TryAcquire()!, store.TryAcquire()!);
        var gone = store.Swap(new Counted());
        one.Dispose();
        // A lease that ends twice counts once.
        one.Dispose();
        Assert.Equal((0, false), (first.Disposals, gone.IsCompleted));
        Assert.Same(first, other.Value);
        other.Dispose();
        await gone.WithinLimitAsync();
        Assert.Equal(1, first.Disposals);
        Assert.Throws<ObjectDisposedException>(() => one.Value);
    }

    [Fact]
    public async Task Giving_a_lease_back_under_a_lock_does_not_dispose_under_it()
    {
        var gate = new Lock();
        using var store = new LeaseStore<Counted>();
        using var old = new Counted
        {
            OnDispose = () =>
            {
                lock (gate) { }
            },
        };
        await store.Swap(old);
        var lease = store.TryAcquire()!;
        var gone = store.Swap(new Counted());
        lock (gate)
        {
            lease.Dispose();
            // Who disposes waits for the lock that is held here.
            Assert.False(gone.IsCompleted);
        }
        await gone.WithinLimitAsync();
    }

    [Fact]
    public async Task Swaps_and_leases_that_race_with_the_end_dispose_every_value_exactly_once()
    {
        for (var round = 0; round < 200; round++)
        {
            var store = new LeaseStore<Counted>();
            var values = Enumerable.Range(0, 8).Select(_ => new Counted()).ToArray();
            using var start = new Barrier(4);
            var swaps = Enumerable
                .Range(0, 2)
                .Select(half =>
                    Task.Run(
                        () =>
                        {
                            Assert.True(start.SignalAndWait(Wait.Limit, Cancel));
                            foreach (var value in values.Skip(half * 4).Take(4))
                            {
                                try
                                {
                                    store.Swap(value);
                                }
                                catch (ObjectDisposedException)
                                {
                                    Assert.Equal(1, value.Disposals);
                                }
                            }
                        },
                        Cancel
                    )
                );
            var leases = Task.Run(
                () =>
                {
                    Assert.True(start.SignalAndWait(Wait.Limit, Cancel));
                    for (var i = 0; i < 20; i++)
                    {
                        using var lease = store.TryAcquire();
                        if (lease is not null)
                            Assert.Equal(0, lease.Value.Disposals);
                    }
                },
                Cancel
            );
            var end = Task.Run(
                () =>
                {
                    Assert.True(start.SignalAndWait(Wait.Limit, Cancel));
                    store.Dispose();
                },
                Cancel
            );
            await Task.WhenAll([.. swaps, leases, end]).WithinLimitAsync();
            await Task.WhenAll(values.Select(value => value.Disposed)).WithinLimitAsync();
            Assert.All(values, value => Assert.Equal(1, value.Disposals));
            Assert.Null(store.TryAcquire());
        }
    }

    private sealed class Counted : IDisposable
    {
        private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _disposals;

        internal Action OnDispose { get; init; } = () => { };

        internal int Disposals => Volatile.Read(ref _disposals);

        internal Task Disposed => _disposed.Task;

        public void Dispose()
        {
            OnDispose();
            Interlocked.Increment(ref _disposals);
            _disposed.TrySetResult();
        }
    }
}
