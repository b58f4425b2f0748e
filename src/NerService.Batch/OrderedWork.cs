using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace NerService.Batch;

/// <summary>Many pieces of work at once, results in the order of the work.</summary>
internal static class OrderedWork
{
    /// <summary>
    /// Starts work in the order of its items and yields its results in order; at most <paramref name="concurrency"/> pieces are under way or
    /// waiting. Should the items end with an exception, the results before it come first.
    /// </summary>
    internal static async IAsyncEnumerable<Task<TResult>> RunAsync<TItem, TResult>(
        IAsyncEnumerable<TItem> items,
        Func<TItem, CancellationToken, Task<TResult>> work,
        int concurrency,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // One more is in the hands of the reader and one in the hands of the writer.
        var running = Channel.CreateBounded<Task<TResult>>(
            new BoundedChannelOptions(Math.Max(1, concurrency - 1)) { SingleReader = true, SingleWriter = true }
        );
        var starting = Task.Run(() => StartAsync(items, work, running.Writer, ended.Token), CancellationToken.None);
        try
        {
            await foreach (var task in running.Reader.ReadAllAsync(ended.Token))
                yield return task;
            await starting;
        }
        finally
        {
            // A reader that stops early also stops what is under way; nobody looks at those results.
            await ended.CancelAsync();
            await starting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            while (running.Reader.TryRead(out var task))
                await ((Task)task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task StartAsync<TItem, TResult>(
        IAsyncEnumerable<TItem> items,
        Func<TItem, CancellationToken, Task<TResult>> work,
        ChannelWriter<Task<TResult>> running,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await foreach (var item in items.WithCancellation(cancellationToken))
                await running.WriteAsync(work(item, cancellationToken), cancellationToken);
        }
        finally
        {
            running.Complete();
        }
    }
}
