using Grpc.Core;
using Grpc.Core.Interceptors;
using NerService.Contracts.V1;
using NerService.Server.Calls;

namespace NerService.Server.Errors;

/// <summary>
/// Surrounds every handler: what one throws becomes the status of its call, which is also kept as a feature for those who write it in another form or
/// count it (<see cref="ProblemDetailsErrors"/>, <see cref="CallAccounting"/>).
/// </summary>
internal sealed class HandlerErrors(CallErrors errors) : Interceptor
{
    private static readonly object Reached = new();

    /// <summary>Whether a unary call's message was read and its handler called, so that what failed then is not the message's fault.</summary>
    internal static bool HandlerWasReached(HttpContext context) => context.Items.ContainsKey(Reached);

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request,
        ServerCallContext context,
        UnaryServerMethod<TRequest, TResponse> continuation
    )
    {
        context.GetHttpContext().Items[Reached] = true;
        try
        {
            return await continuation(request, context);
        }
        catch (Exception e) when (e is not RpcException)
        {
            throw ToRpcException(e, context, request is ExtractEntitiesRequest ? CallErrors.Document : CallErrors.Call);
        }
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation
    )
    {
        try
        {
            await continuation(requestStream, responseStream, context);
        }
        catch (Exception e) when (e is not RpcException)
        {
            throw ToRpcException(e, context, CallErrors.Call);
        }
    }

    private RpcException ToRpcException(Exception error, ServerCallContext context, string subject)
    {
        var status = errors.Of(error, Call.Of(context), subject);
        context.GetHttpContext().Features.Set(status);
        return status.ToRpcException();
    }
}
