using Google.Protobuf.WellKnownTypes;
using NerService.Extraction;
using NerService.Server.Hosting;
using NerService.Server.Telemetry;
using V1 = NerService.Contracts.V1;

namespace NerService.Server.Reload;

/// <summary>
/// Replaces what is served: builds aside, verifies, warms up, swaps. A bad new version leaves the old serving; the reason is logged, counted, and told by
/// <see cref="Last"/>. Reloads run one after the other.
/// </summary>
internal sealed class SnapshotReloader(SnapshotSource source, SnapshotStore store, ServingState state, ServerMetrics metrics, TimeProvider time, ILogger<SnapshotReloader> logger) : IWatchedFiles, IDisposable
{
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private volatile V1.ReloadInfo? _last;

    /// <summary>How the latest reload ended; null before the first.</summary>
    internal V1.ReloadInfo? Last => _last;

    public IEnumerable<string> Paths => source.Paths;

    public async Task ChangedAsync(CancellationToken cancellationToken)
    {
        if (state.Phase == ServingPhase.Serving) await ReloadAsync("The files changed", cancellationToken);
    }

    /// <summary>Reloads.</summary>
    /// <param name="cause">Why, for the log.</param>
    /// <param name="cancellationToken">Gives up; the old version stays.</param>
    /// <returns>How it ended.</returns>
    internal async Task<V1.ReloadInfo> ReloadAsync(string cause, CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            logger.LogInformation("{Cause}: reloading", cause);
            var started = time.GetTimestamp();
            var next = await source.BuildAsync(cancellationToken);
            var loaded = next.GazetteerVersion.Length == 0 ? next.ModelVersion : $"{next.ModelVersion}, gazetteer {next.GazetteerVersion}";
            store.Swap(next);
            logger.LogInformation("Serving {Loaded} after a reload of {LoadMs:0} ms", loaded, time.GetElapsedTime(started).TotalMilliseconds);
            return Finish(true, loaded);
        }
        catch (Exception e) when (LoadErrors.IsExpected(e))
        {
            logger.LogError("The reload failed and the old version goes on serving: {Reason}", e.Message);
            return Finish(false, e.Message);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public void Dispose() => _oneAtATime.Dispose();

    private V1.ReloadInfo Finish(bool succeeded, string message)
    {
        metrics.Reloaded(succeeded);
        return _last = new V1.ReloadInfo { Succeeded = succeeded, Message = message, Time = Timestamp.FromDateTimeOffset(time.GetUtcNow()) };
    }
}
