using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using NerService.Contracts.V1;
using NerService.Protocol.Errors;
using NerService.Server.Calls;
using NerService.Server.Errors;
using NerService.Server.Options;
using NerService.Server.Ports;

namespace NerService.Server.Security;

/// <summary>
/// Asks every call on the public port for a key, before a byte of its message is read, and bounds what one key has under way. Health needs no key:
/// load balancers have none.
/// </summary>
internal sealed class CallerGate(RequestDelegate next, ApiKeyStore keys, IOptions<AdmissionOptions> admission)
{
    internal const string Header = "x-api-key";

    private readonly PartitionedRateLimiter<string> _limit = PartitionedRateLimiter.Create<string, string>(caller =>
        RateLimitPartition.GetConcurrencyLimiter(
            caller,
            _ => new ConcurrencyLimiterOptions { PermitLimit = admission.Value.MaxConcurrentCallsPerKey, QueueLimit = 0 }
        )
    );

    public async Task InvokeAsync(HttpContext context)
    {
        if (!keys.AreRequired || context.GetEndpoint() is not { } endpoint || IsOpen(endpoint) || EndpointRoles.RoleOf(context) == EndpointRole.Admin)
        {
            await next(context);
            return;
        }
        var presented = context.Request.Headers[Header];
        if (presented.Count != 1 || keys.Find(presented[0]!) is not { } key)
        {
            await WireStatus.WriteAsync(context, Unauthenticated(presented.Count));
            return;
        }
        if (context.GrpcMethod()?.IsPublic() != true)
        {
            await next(context);
            return;
        }
        // Whose call it is, and what a stream ends with when it is revoked.
        context.Features.Set(key);
        using var place = _limit.AttemptAcquire(key.Name);
        if (!place.IsAcquired)
        {
            var allowed = admission.Value.MaxConcurrentCallsPerKey;
            await WireStatus.WriteAsync(
                context,
                ErrorTable.Make(
                    ErrorReason.CallerLimit,
                    $"This key has {allowed} calls under way, the limit.",
                    ("limit", allowed.ToString(CultureInfo.InvariantCulture))
                )
            );
            return;
        }
        await next(context);
    }

    private static bool IsOpen(Endpoint endpoint) =>
        endpoint.Metadata.GetMetadata<AnyPortAttribute>() is not null || endpoint.Metadata.GetMetadata<NoKeyAttribute>() is not null;

    /// <summary>The key was in force when the call began.</summary>
    internal static Google.Rpc.Status Revoked() => ErrorTable.Make(ErrorReason.ApiKeyInvalid, $"The API key (header {Header}) is no longer known.");

    private static Google.Rpc.Status Unauthenticated(int presented) =>
        presented == 0
            ? ErrorTable.Make(ErrorReason.ApiKeyMissing, $"An API key is required (header {Header}).")
            : ErrorTable.Make(ErrorReason.ApiKeyInvalid, $"The API key (header {Header}) is not known.");
}
