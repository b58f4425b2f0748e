namespace NerService.Server.FunctionalTests;

/// <summary>Waits for what no signal tells of. Every wait has a limit, and one that reaches it fails.</summary>
internal static class Wait
{
    /// <summary>Far more than anything takes, on a busy machine too.</summary>
    internal static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>Looks until it is so.</summary>
    internal static Task UntilAsync(Func<bool> reached, string what) => UntilAsync(() => Task.FromResult(reached()), what);

    /// <summary>Looks until it is so.</summary>
    internal static async Task UntilAsync(Func<Task<bool>> reached, string what)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        while (!await reached())
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            if (limit.IsCancellationRequested)
                Assert.Fail($"After {Limit} still not so: {what}");
            await Task.Yield();
        }
    }
}
