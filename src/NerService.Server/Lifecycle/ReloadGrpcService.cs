using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using NerService.Contracts.Admin.V1;
using NerService.Contracts.V1;
using NerService.Extraction.Snapshots;
using NerService.Protocol.Errors;

namespace NerService.Server.Lifecycle;

/// <summary>Reload on demand, on the admin port.</summary>
internal sealed class ReloadGrpcService(SnapshotReloader reloader, SnapshotStore store, ServingState state, TimeProvider time)
    : ReloadService.ReloadServiceBase
{
    public override async Task<ReloadResponse> Reload(ReloadRequest request, ServerCallContext context)
    {
        if (state.Phase != ServingPhase.Serving)
            throw NotServing().ToRpcException();
        var started = time.GetTimestamp();
        var (succeeded, message) = await reloader.ReloadAsync("An operator asked", context.CancellationToken);
        if (!succeeded)
            throw ErrorTable.Make(ErrorReason.ReloadFailed, message).ToRpcException();
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
