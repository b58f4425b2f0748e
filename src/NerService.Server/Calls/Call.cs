using Grpc.Core;
using NerService.Server.Errors;
using NerService.Server.Security;

namespace NerService.Server.Calls;

/// <summary>What a call says of itself beside its documents.</summary>
/// <param name="Method">Its method's full name.</param>
/// <param name="Caller">Whose share of the model its documents take: the holder of an API key, or a connection where no key is asked for.</param>
/// <param name="Deadline">When the caller stops waiting; null means never.</param>
/// <param name="Cancelled">The caller has gone or its deadline has passed.</param>
/// <param name="IsJson">Whether it came as JSON, so that its errors call fields by their JSON names.</param>
internal readonly record struct Call(string Method, string Caller, DateTimeOffset? Deadline, CancellationToken Cancelled, bool IsJson = false)
{
    internal static Call Of(ServerCallContext context)
    {
        var http = context.GetHttpContext();
        return new(
            context.Method,
            http.Features.Get<ApiKey>() is { } key ? $"key {key.Name}" : $"connection {http.Connection.Id}",
            context.Deadline == DateTime.MaxValue ? null : new DateTimeOffset(context.Deadline, TimeSpan.Zero),
            context.CancellationToken,
            !WireStatus.IsGrpc(http.Request)
        );
    }
}
