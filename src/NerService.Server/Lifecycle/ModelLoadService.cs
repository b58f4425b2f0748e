using NerService.Extraction.Snapshots;
using NerService.Server.Errors;

namespace NerService.Server.Lifecycle;

/// <summary>
/// Loads the model while the server already answers health checks, and turns the server SERVING once the model has answered its warm-up sentence.
/// A model that cannot be loaded ends the process with exit code <see cref="ExitCode.NothingToServe"/>.
/// </summary>
internal sealed class ModelLoadService(
    SnapshotSource source,
    SnapshotStore store,
    ServingState state,
    IHostApplicationLifetime lifetime,
    ExitCode exitCode,
    TimeProvider time,
    ILogger<ModelLoadService> logger
) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = time.GetTimestamp();
        try
        {
            await store.Swap(await source.BuildAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }
        catch (Exception e)
        {
            logger.LogCritical(LoadErrors.IsExpected(e) ? null : e, "Nothing can be served: {Reason}", LoadErrors.ForOperators(e));
            exitCode.Value = ExitCode.NothingToServe;
            // When the ports are open: a host that is stopped while it starts reports a failure of its own.
            using var isStarted = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStarted, stoppingToken);
            await Task.Delay(Timeout.Infinite, isStarted.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            lifetime.StopApplication();
            return;
        }
        using var lease = store.Acquire();
        var snapshot = lease.Snapshot;
        state.Enter(ServingPhase.Serving);
        logger.LogInformation(
            "Serving {Model} ({File}), gazetteer {Gazetteer}, after {LoadMs:0} ms",
            snapshot.ModelVersion,
            snapshot.Model.Graph.Name,
            snapshot.GazetteerVersion,
            time.GetElapsedTime(started).TotalMilliseconds
        );
    }
}
