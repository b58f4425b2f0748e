using Google.Protobuf.WellKnownTypes;
using NerService.Extraction.Snapshots;
using NerService.Inference;
using NerService.Server.Errors;
using NerService.Server.Telemetry;
using V1 = NerService.Contracts.V1;

namespace NerService.Server.Lifecycle;

/// <summary>
/// Replaces what is served: builds aside, verifies, warms up, swaps. A bad new version leaves the old serving; the reason is logged, counted, and
/// told by <see cref="Last"/>. Reloads run one after the other, and each waits until the version that the one before replaced is unloaded, so that
/// there are never more than two in memory.
/// </summary>
internal sealed class SnapshotReloader(
    SnapshotSource source,
    SnapshotStore store,
    ServingState state,
    ServerMetrics metrics,
    TimeProvider time,
    ILogger<SnapshotReloader> logger
) : IWatchedFiles, IDisposable
{
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private Task _unloading = Task.CompletedTask;
    private volatile V1.ReloadInfo? _last;

    /// <summary>How the latest reload ended; null before the first.</summary>
    internal V1.ReloadInfo? Last => _last;

    public IEnumerable<string> Paths => source.Paths;

    public async Task<bool> ChangedAsync(CancellationToken cancellationToken)
    {
        // What changes while the first version is loaded is loaded next.
        if (state.Phase == ServingPhase.Loading)
            return false;
        if (state.Phase == ServingPhase.Serving)
            await ReloadAsync("The files changed", cancellationToken);
        return true;
    }

    /// <summary>Reloads.</summary>
    /// <param name="cause">Why, for the log.</param>
    /// <param name="cancellationToken">Cancels; the old version stays.</param>
    /// <returns>What an operator is told: the versions that serve, or what was wrong.</returns>
    internal async Task<(bool Succeeded, string Message)> ReloadAsync(string cause, CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            await _unloading.WaitAsync(cancellationToken);
            logger.LogInformation("{Cause}: reloading", cause);
            var started = time.GetTimestamp();
            var next = await source.BuildAsync(cancellationToken);
            var loaded = next.GazetteerVersion.Length == 0 ? next.ModelVersion : $"{next.ModelVersion}, gazetteer {next.GazetteerVersion}";
            _unloading = UnloadAsync(store.Swap(next));
            logger.LogInformation("Serving {Loaded} after a reload of {LoadMs:0} ms", loaded, time.GetElapsedTime(started).TotalMilliseconds);
            Finish(true, loaded);
            return (true, loaded);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            var reason = LoadErrors.ForOperators(e);
            logger.LogError(LoadErrors.IsExpected(e) ? null : e, "The reload failed and the old version goes on serving: {Reason}", reason);
            Finish(false, LoadErrors.ForCallers(e, source.Paths));
            return (false, reason);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public void Dispose() => _oneAtATime.Dispose();

    private async Task UnloadAsync(Task replaced)
    {
        try
        {
            await replaced;
        }
        catch (Exception e)
        {
            logger.LogError(e, "The replaced version could not be unloaded");
        }
        NativeHeap.Trim();
    }

    private void Finish(bool succeeded, string message)
    {
        metrics.Reloaded(succeeded);
        _last = new V1.ReloadInfo
        {
            Succeeded = succeeded,
            Message = message,
            Time = Timestamp.FromDateTimeOffset(time.GetUtcNow()),
        };
    }
}
