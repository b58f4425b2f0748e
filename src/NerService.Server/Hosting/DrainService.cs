using Microsoft.Extensions.Options;

namespace NerService.Server.Hosting;

/// <summary>
/// Stops the server without losing a call: health turns NOT_SERVING first, then (after a delay for load balancers) no connection is accepted any more,
/// what is under way finishes, and streams that would outlast the drain stop reading in time to answer what they have read.
/// </summary>
internal sealed class DrainService(ServingState state, IOptions<ShutdownOptions> options, TimeProvider time, ILogger<DrainService> logger) : IHostedLifecycleService
{
    private ITimer? _endStreams;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        logger.LogInformation("Draining: calls under way get {DrainSeconds} seconds", options.Value.DrainSeconds);
        state.Enter(ServingPhase.Draining);
        var drain = TimeSpan.FromSeconds(options.Value.DrainSeconds);
        var delay = TimeSpan.FromSeconds(options.Value.DelaySeconds);
        _endStreams = time.CreateTimer(_ => state.StopStreams(), null, delay + drain * 0.8, Timeout.InfiniteTimeSpan);
        if (delay > TimeSpan.Zero) await Task.Delay(delay, time, cancellationToken);
    }

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        _endStreams?.Dispose();
        logger.LogInformation("Drained");
        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
