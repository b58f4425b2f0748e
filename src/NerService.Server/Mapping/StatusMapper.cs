using Google.Protobuf.WellKnownTypes;
using Google.Rpc;

namespace NerService.Server.Mapping;

/// <summary>The errors of the contract, each with its details.</summary>
internal static class StatusMapper
{
    internal static Google.Rpc.Status Unavailable(string message) => WithRetry(Code.Unavailable, message, TimeSpan.FromSeconds(1));

    internal static Google.Rpc.Status ResourceExhausted(string message, TimeSpan retryAfter) => WithRetry(Code.ResourceExhausted, message, retryAfter);

    internal static Google.Rpc.Status Plain(Code code, string message) => new() { Code = (int)code, Message = message };

    private static Google.Rpc.Status WithRetry(Code code, string message, TimeSpan retryAfter)
    {
        var status = Plain(code, message);
        status.Details.Add(Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(retryAfter) }));
        return status;
    }
}
