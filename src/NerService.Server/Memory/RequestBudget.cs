using System.IO.Pipelines;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using NerService.Server.Errors;
using NerService.Server.Http;
using NerService.Server.Options;
using NerService.Server.Security;

namespace NerService.Server.Memory;

/// <summary>
/// Lets gRPC calls read within the budget (JSON calls: <see cref="BoundedRequestBody"/>), gives up answers that nobody reads while it is full, and
/// ends a stream whose key is revoked.
/// </summary>
internal sealed class RequestBudget(RequestDelegate next, ByteBudget budget, IOptions<LimitsOptions> limits)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>() is not { Method: { ServiceName: "ner.v1.NerService" } method })
        {
            await next(context);
            return;
        }
        var isStream = method.Type != MethodType.Unary;
        var messages = new BudgetedMessages(context, context.Request.BodyReader, budget, isStream, limits.Value);
        if (WireStatus.IsGrpc(context.Request))
            context.Features.Set<IRequestBodyPipeFeature>(new Messages(messages));
        if (isStream)
        {
            // A reader of a stream may take its time; what it may leave unread is one answer.
            using var revoked = context.Features.Get<ApiKey>()?.Revoked.UnsafeRegister(_ => messages.Refuse(CallerGate.Revoked()), null);
            await next(context);
            return;
        }
        IDisposable? answering = null;
        context.Response.OnStarting(() =>
        {
            answering = budget.AwaitPeer(context.Abort);
            return Task.CompletedTask;
        });
        // An answer without a body starts when the call is done here, so only the response itself knows its end.
        context.Response.OnCompleted(() =>
        {
            answering?.Dispose();
            return Task.CompletedTask;
        });
        await next(context);
    }

    private sealed class Messages(PipeReader reader) : IRequestBodyPipeFeature
    {
        public PipeReader Reader => reader;
    }
}
