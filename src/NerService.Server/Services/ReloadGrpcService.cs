using Grpc.Core;
using NerService.Contracts.Admin.V1;
using NerService.Extraction;
using NerService.Server.Hosting;
using NerService.Server.Mapping;
using NerService.Server.Reload;

namespace NerService.Server.Services;

/// <summary>Reload on demand, on the admin port.</summary>
internal sealed class ReloadGrpcService(SnapshotReloader reloader, SnapshotStore store, ServingState state, TimeProvider time) : ReloadService.ReloadServiceBase
{
    public override async Task<ReloadResponse> Reload(ReloadRequest request, ServerCallContext context)
    {
        if (state.Phase != ServingPhase.Serving) throw StatusMapper.Unavailable(state.Phase == ServingPhase.Loading ? "The first model is still loading." : "The server is shutting down.").ToRpcException();
        var started = time.GetTimestamp();
        var outcome = await reloader.ReloadAsync("An operator asked", context.CancellationToken);
        if (!outcome.Succeeded) throw StatusMapper.Plain(Google.Rpc.Code.FailedPrecondition, outcome.Message).ToRpcException();
        using var lease = store.Acquire();
        return new ReloadResponse { ModelVersion = lease.Snapshot.ModelVersion, GazetteerVersion = lease.Snapshot.GazetteerVersion, LoadMs = time.GetElapsedTime(started).TotalMilliseconds };
    }
}
