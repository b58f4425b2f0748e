using Grpc.Core;
using Grpc.Health.V1;

namespace NerService.Server.Lifecycle;

/// <summary>
/// The standard gRPC health protocol for the server as a whole (empty name) and for <c>ner.v1.NerService</c>. A watch ends by itself once NOT_SERVING
/// has been sent, so that watchers do not hold up the end of the process.
/// </summary>
internal sealed class HealthGrpcService(ServingState state) : Health.HealthBase
{
    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
    {
        if (!IsKnown(request.Service))
            throw new RpcException(new Status(StatusCode.NotFound, "No such service."));
        return Task.FromResult(Answer(state.Phase));
    }

    public override async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        if (!IsKnown(request.Service))
        {
            await responseStream.WriteAsync(new HealthCheckResponse { Status = HealthCheckResponse.Types.ServingStatus.ServiceUnknown });
            await Task.WhenAny(Drained(), Task.Delay(Timeout.Infinite, context.CancellationToken));
            return;
        }
        while (!context.CancellationToken.IsCancellationRequested)
        {
            var (phase, changed) = state.Current;
            await responseStream.WriteAsync(Answer(phase), context.CancellationToken);
            if (phase == ServingPhase.Draining)
                return;
            await Task.WhenAny(changed, Task.Delay(Timeout.Infinite, context.CancellationToken));
        }
    }

    private async Task Drained()
    {
        while (state.Current is { Phase: not ServingPhase.Draining } current)
            await current.Changed;
    }

    private static bool IsKnown(string service) => service is "" || service == Contracts.V1.NerService.Descriptor.FullName;

    private static HealthCheckResponse Answer(ServingPhase phase) =>
        new()
        {
            Status =
                phase == ServingPhase.Serving ? HealthCheckResponse.Types.ServingStatus.Serving : HealthCheckResponse.Types.ServingStatus.NotServing,
        };
}
