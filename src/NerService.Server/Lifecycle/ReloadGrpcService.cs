using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using NerService.Contracts.Admin.V1;
using NerService.Contracts.V1;
using NerService.Extraction.Snapshots;
using NerService.Protocol.Errors;
using NerService.Server.Errors;

namespace NerService.Server.Lifecycle;

/// <summary>Reload on demand, on the admin port.</summary>
internal sealed class ReloadGrpcService(SnapshotReloader reloader, SnapshotStore store, ServingState state, TimeProvider time)
    : ReloadService.ReloadServiceBase
{
    public override async Task<ReloadResponse> Reload(ReloadRequest request, ServerCallContext context)
    {
        if (state.Phase != ServingPhase.Serving)
            throw new CallException(NotServing());
        var started = time.GetTimestamp();
        var (succeeded, message) = await reloader.ReloadAsync("An operator asked", context.CancellationToken);
        if (!succeeded)
            throw new CallException(ErrorTable.Make(ErrorReason.ReloadFailed, message));
        using var lease = store.Acquire();
        return new ReloadResponse
        {
            ModelVersion = lease.Snapshot.ModelVersion,
            GazetteerVersion = lease.Snapshot.GazetteerVersion,
            LoadTime = Duration.FromTimeSpan(time.GetElapsedTime(started)),
        };
    }

    private Google.Rpc.Status NotServing() =>
        state.Phase == ServingPhase.Loading
            ? ErrorTable.Make(ErrorReason.ModelLoading, "The first model is still loading.")
            : ErrorTable.Make(ErrorReason.ShuttingDown, "The server is shutting down.");
}
