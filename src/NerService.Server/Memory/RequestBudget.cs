using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using NerService.Server.Calls;
using NerService.Server.Errors;
using NerService.Server.Http;
using NerService.Server.Options;
using NerService.Server.Security;

namespace NerService.Server.Memory;

/// <summary>
/// Lets gRPC calls read within the budget (JSON calls: <see cref="JsonRequests"/>), ends a stream whose key is revoked, and keeps a call under way
/// until its answer is read or given up.
/// </summary>
internal sealed class RequestBudget(RequestDelegate next, ByteBudget budget, IOptions<LimitsOptions> limits)
{
    /// <summary>
    /// What a message to health, reflection or the admin's service may weigh. They are answered however full the budget is, so they must be small.
    /// </summary>
    private const int SmallMessageBytes = 16 * 1024;

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GrpcMethod() is not { } method || !WireStatus.IsGrpc(context.Request))
        {
            await next(context);
            return;
        }
        var (isStream, isSmall) = (method.Type != MethodType.Unary, !method.IsPublic());
        using var messages = new BudgetedMessages(
            context,
            context.Request.BodyReader,
            budget,
            isStream,
            isSmall,
            isSmall ? SmallMessageBytes : limits.Value.MaxMessageBytes,
            limits.Value
        );
        context.Features.Set<IRequestBodyPipeFeature>(messages);
        using var revoked = isStream
            ? context.Features.Get<ApiKey>()?.Revoked.UnsafeRegister(_ => messages.Refuse(CallerGate.Revoked()), null)
            : null;
        await next(context);
        await context.Features.GetRequiredFeature<WatchedResponseBody>().SendAsync();
    }
}
