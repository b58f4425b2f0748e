using System.Globalization;
using Google.Rpc;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using NerService.Contracts.V1;
using NerService.Protocol.Errors;
using NerService.Server.Errors;
using NerService.Server.Memory;
using NerService.Server.Options;
using NerService.Server.Telemetry;
using Status = Google.Rpc.Status;

namespace NerService.Server.Calls;

/// <summary>
/// Surrounds each unary call, from before its key is looked at until its answer is read: gives the contract's errors to messages that never became a
/// request and to answers that could not be written, and counts ExtractEntities once, however it ends; documents of the other methods are counted one
/// by one.
/// </summary>
internal sealed class CallAccounting(RequestDelegate next, ServerMetrics metrics, IOptions<LimitsOptions> limits)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var method = context.GrpcMethod();
        using var request =
            method is { Name: nameof(Contracts.V1.NerService.NerServiceBase.ExtractEntities) } && method.IsPublic()
                ? metrics.Begin(ServerMetrics.CallKind)
                : null;
        var code = Code.Unknown;
        try
        {
            await next(context);
            if (method is null or { Type: MethodType.Unary })
                code = CodeOf(context);
        }
        finally
        {
            request?.Code =
                context.Features.Get<WatchedResponseBody>() is { IsGivenUp: true } ? Code.ResourceExhausted
                : context.RequestAborted.IsCancellationRequested && code is Code.Unknown or Code.Ok ? Code.Cancelled
                : code;
        }
    }

    /// <summary>
    /// How the call ended: as the server says, or else by what gRPC is about to send, where gRPC's own errors become the contract's.
    /// </summary>
    private Code CodeOf(HttpContext context)
    {
        if (context.Features.Get<Status>() is { } told)
            return (Code)told.Code;
        var trailers = context.Features.Get<IHttpResponseTrailersFeature>()?.Trailers;
        var headers =
            context.Response.HasStarted ? trailers
            : context.Response.Headers.ContainsKey(WireStatus.StatusHeader) ? context.Response.Headers
            : trailers;
        // gRPC's own refusals of what is not gRPC at all say with an HTTP status whose fault it is.
        if (
            context.Response.StatusCode >= 400
            || !int.TryParse(headers?[WireStatus.StatusHeader], NumberStyles.None, CultureInfo.InvariantCulture, out var code)
        )
            return OfHttp(context.Response.StatusCode);
        if (headers!.IsReadOnly)
            return (Code)code;
        // Whatever its message was to be, nobody waits for an answer.
        if (context.RequestAborted.IsCancellationRequested)
            return Code.Cancelled;
        var status = (Code)code switch
        {
            // The message was read and its handler had no error to tell.
            Code.Unknown or Code.Internal or Code.ResourceExhausted when HandlerErrors.HandlerWasReached(context) => ErrorTable.Make(
                ErrorReason.ServerFailed,
                "The server failed on this call."
            ),
            Code.ResourceExhausted => MessageErrors.TooLarge(limits.Value.MaxMessageBytes),
            Code.Unimplemented => ErrorTable.Make(ErrorReason.MethodUnknown, "There is no such method at this port."),
            // Cut short, more than one, no message of this type: each is the caller's doing.
            Code.Unknown or Code.Internal => MessageErrors.Unreadable(Uri.UnescapeDataString(headers[WireStatus.MessageHeader].ToString())),
            _ => null,
        };
        if (status is null)
            return (Code)code;
        WireStatus.Set(headers, status);
        return (Code)status.Code;
    }

    /// <summary>For what is not gRPC and has no error of ours.</summary>
    private static Code OfHttp(int status) =>
        status switch
        {
            < 400 => Code.Ok,
            < 500 => Code.InvalidArgument,
            _ => Code.Internal,
        };
}
