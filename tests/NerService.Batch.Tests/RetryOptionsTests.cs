namespace NerService.Batch.Tests;

public sealed class RetryOptionsTests
{
    [Fact]
    public async Task Pauses_double_and_no_two_series_are_alike()
    {
        var retry = new RetryOptions
        {
            Attempts = 8,
            FirstDelay = TimeSpan.FromSeconds(1),
            MaxDelay = TimeSpan.FromHours(1),
        };
        var series = new List<IReadOnlyList<TimeSpan>> { await PausesAsync(retry), await PausesAsync(retry) };
        Assert.All(series, pauses => Assert.Equal(7, pauses.Count));
        // Seven that double from a second on are 64 to 128 seconds, and by their medians a third less.
        Assert.All(series, pauses => Assert.InRange(pauses.Sum(pause => pause.TotalSeconds), 64 / 1.5, 128 / 1.3));
        Assert.NotEqual(series[0], series[1]);
    }

    [Fact]
    public async Task No_pause_is_longer_than_the_longest()
    {
        var retry = new RetryOptions { Attempts = 30, MaxDelay = TimeSpan.FromSeconds(5) };
        var pauses = await PausesAsync(retry);
        Assert.Equal(29, pauses.Count);
        Assert.Equal(TimeSpan.FromSeconds(5), pauses.Max());
    }

    [Theory]
    [InlineData(0, null)] // At once is not a wait.
    [InlineData(-1, null)]
    [InlineData(90, 90.0)]
    [InlineData(int.MaxValue, 3600.0)] // An hour is the longest that is believed.
    public async Task The_time_that_a_server_asks_for_comes_before_each_pause(int askedSeconds, double? waitedSeconds)
    {
        var pauses = await PausesAsync(new RetryOptions { Attempts = 3, MaxDelay = TimeSpan.FromSeconds(5) }, TimeSpan.FromSeconds(askedSeconds));
        if (waitedSeconds is { } waited)
            Assert.Equal([waited, waited], new[] { pauses[0], pauses[2] }.Select(pause => pause.TotalSeconds));
        Assert.Equal(waitedSeconds is null ? 2 : 4, pauses.Count);
    }

    [Fact]
    public async Task An_error_that_stays_is_told_at_once()
    {
        var clock = new CountingClock();
        var (tries, pipeline) = (0, new RetryOptions { Time = clock }.Pipeline(_ => false, _ => null));
        await Assert.ThrowsAsync<InvalidDataException>(async () => await pipeline.ExecuteAsync(FailAsync, TestContext.Current.CancellationToken));
        Assert.Equal((1, 0), (tries, clock.Waits.Count));

        ValueTask FailAsync(CancellationToken cancellationToken) => ++tries > 0 ? throw new InvalidDataException() : ValueTask.CompletedTask;
    }

    /// <summary>All waits of a call that fails each time.</summary>
    private static async Task<IReadOnlyList<TimeSpan>> PausesAsync(RetryOptions retry, TimeSpan? asked = null)
    {
        var clock = new CountingClock();
        var tries = 0;
        var pipeline = (retry with { Time = clock }).Pipeline(error => error is InvalidDataException, _ => asked);
        var running = pipeline.ExecuteAsync(FailAsync, TestContext.Current.CancellationToken).AsTask();
        for (var waits = 1; !running.IsCompleted; waits++)
        {
            await Wait.UntilAsync(() => running.IsCompleted || clock.Waits.Count >= waits, "the next wait begins, or none");
            clock.Advance(TimeSpan.FromDays(1));
        }
        await Assert.ThrowsAsync<InvalidDataException>(() => running);
        Assert.Equal(retry.Attempts, tries);
        return clock.Waits;

        ValueTask FailAsync(CancellationToken cancellationToken) => ++tries > 0 ? throw new InvalidDataException() : ValueTask.CompletedTask;
    }
}
