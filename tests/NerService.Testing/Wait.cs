using Xunit;

namespace NerService.Testing;

/// <summary>Every wait of a test has a limit, and one that reaches it fails.</summary>
public static class Wait
{
    /// <summary>Far more than anything takes, on a busy machine too.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    // Short enough that a test does not feel it, long enough that a core is left to what is waited for.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    /// <summary>Looks until it is so, where no signal tells of it.</summary>
    /// <param name="reached">Whether it is so.</param>
    /// <param name="what">What is waited for, in words.</param>
    /// <exception cref="WaitLimitException">It is not so within the limit.</exception>
    public static Task UntilAsync(Func<bool> reached, string what) => UntilAsync(() => Task.FromResult(reached()), what);

    /// <inheritdoc cref="UntilAsync(Func{bool}, string)"/>
    public static async Task UntilAsync(Func<Task<bool>> reached, string what)
    {
        var cancel = TestContext.Current.CancellationToken;
        var started = TimeProvider.System.GetTimestamp();
        using var pause = new PeriodicTimer(Pause);
        while (!await reached())
        {
            if (TimeProvider.System.GetElapsedTime(started) > Limit)
                throw new WaitLimitException($"not so: {what}");
            await pause.WaitForNextTickAsync(cancel);
        }
    }

    /// <summary>Waits for a task, within the limit.</summary>
    /// <exception cref="WaitLimitException">It does not end within the limit.</exception>
    public static async Task WithinLimitAsync(this Task task)
    {
        try
        {
            await task.WaitAsync(Limit, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            throw new WaitLimitException("what is awaited has not ended");
        }
    }

    /// <inheritdoc cref="WithinLimitAsync(Task)"/>
    public static async Task<T> WithinLimitAsync<T>(this Task<T> task)
    {
        await ((Task)task).WithinLimitAsync();
        return await task;
    }

    /// <inheritdoc cref="WithinLimitAsync(Task)"/>
    public static Task<T> WithinLimitAsync<T>(this ValueTask<T> task) => task.AsTask().WithinLimitAsync();
}

/// <summary>A wait that reached its limit; of a type of its own, so that no test takes it for the timeout that it expects.</summary>
/// <param name="state">How it still is.</param>
public sealed class WaitLimitException(string state) : Exception($"After {Wait.Limit}: {state}");
