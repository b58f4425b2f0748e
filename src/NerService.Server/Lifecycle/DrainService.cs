using Microsoft.Extensions.Options;
using NerService.Server.Options;

namespace NerService.Server.Lifecycle;

/// <summary>
/// Stops the server without losing a call: health turns NOT_SERVING first, then (after a delay for load balancers) no connection is accepted any
/// more, what is under way finishes, and streams that would outlast the drain stop reading in time to answer what they have read. What is not
/// answered shortly before the end is told UNAVAILABLE, since a call that is merely cut off looks like a fault of the server's.
/// </summary>
internal sealed class DrainService(ServingState state, IOptions<ShutdownOptions> options, TimeProvider time, ILogger<DrainService> logger)
    : IHostedLifecycleService
{
    private const double StreamsEndAt = 2 / 3.0,
        DocumentsEndAt = 5 / 6.0;

    private readonly List<ITimer> _timers = [];

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        logger.LogInformation("Draining: calls under way get {DrainSeconds} seconds", options.Value.DrainSeconds);
        state.Enter(ServingPhase.Draining);
        var drain = TimeSpan.FromSeconds(options.Value.DrainSeconds);
        var delay = TimeSpan.FromSeconds(options.Value.DelaySeconds);
        _timers.Add(time.CreateTimer(_ => state.StopStreams(), null, delay + drain * StreamsEndAt, Timeout.InfiniteTimeSpan));
        _timers.Add(time.CreateTimer(_ => state.StopDocuments(), null, delay + drain * DocumentsEndAt, Timeout.InfiniteTimeSpan));
        if (delay > TimeSpan.Zero)
            await Task.Delay(delay, time, cancellationToken);
    }

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        foreach (var timer in _timers)
            timer.Dispose();
        logger.LogInformation("Drained");
        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
