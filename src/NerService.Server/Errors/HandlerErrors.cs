using Grpc.Core;
using Grpc.Core.Interceptors;
using NerService.Contracts.V1;
using NerService.Extraction.Snapshots;
using NerService.Protocol.Errors;
using NerService.Server.Calls;

namespace NerService.Server.Errors;

/// <summary>
/// Surrounds every handler: what one throws beside a status of its own becomes an error of the contract, and the status of a call whose message was
/// read is final (<see cref="StatusIsFinal"/>).
/// </summary>
internal sealed class HandlerErrors(TimeProvider time, ILogger<HandlerErrors> logger) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request,
        ServerCallContext context,
        UnaryServerMethod<TRequest, TResponse> continuation
    )
    {
        context.GetHttpContext().Features.Set(StatusIsFinal.Instance);
        try
        {
            return await continuation(request, context);
        }
        catch (Exception e) when (e is not RpcException)
        {
            throw Told(e, context);
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
            throw Told(e, context);
        }
    }

    private RpcException Told(Exception error, ServerCallContext context)
    {
        if (context.CancellationToken.IsCancellationRequested)
        {
            return (
                context.Deadline <= time.GetUtcNow().UtcDateTime
                    ? ErrorTable.Make(ErrorReason.DeadlinePassed, "The deadline passed before the call was answered.")
                    : ErrorTable.Make(ErrorReason.CallerCancelled, "The caller cancelled.")
            ).ToRpcException();
        }
        if (error is SnapshotUnavailableException)
            return ErrorTable.Make(ErrorReason.ModelLoading, error.Message).ToRpcException();
        if (error is OperationCanceledException or ObjectDisposedException)
            return ErrorTable.Make(ErrorReason.ShuttingDown, "The server is shutting down.").ToRpcException();
        // The caller learns that it failed, not how: the exception stays in the log.
        logger.LogError(error, "A call of {Method} failed", context.Method);
        return ErrorTable.Make(ErrorReason.ServerFailed, "The server failed on this call.").ToRpcException();
    }
}
