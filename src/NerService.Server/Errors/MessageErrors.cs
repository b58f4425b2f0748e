using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Connections;
using NerService.Contracts.V1;
using NerService.Protocol.Errors;
using NerService.Server.Options;

namespace NerService.Server.Errors;

/// <summary>Errors of messages that never became a request.</summary>
internal static class MessageErrors
{
    internal static Google.Rpc.Status TooLarge(int maxBytes) =>
        ErrorTable.Make(
            ErrorReason.MessageTooLarge,
            $"The message is larger than {maxBytes} bytes, the limit.",
            ("limit", maxBytes.ToString(CultureInfo.InvariantCulture))
        );

    internal static Google.Rpc.Status NoRoom(LimitsOptions limits) =>
        ErrorTable.Make(
            ErrorReason.TooManyBytesInFlight,
            $"There is no room to read the message: requests hold as many bytes as the server takes, {limits.MaxBytesInFlight}.",
            ("limit", limits.MaxBytesInFlight.ToString(CultureInfo.InvariantCulture))
        );

    /// <summary>A message that its caller left half sent: no fault of the message's, and nobody is told any more.</summary>
    internal static Google.Rpc.Status CallerLeft() => ErrorTable.Make(ErrorReason.CallerCancelled, "The caller left in the middle of its message.");

    /// <summary>Whether reading a body failed because its sender is gone, not because the body is wrong.</summary>
    internal static bool IsDisconnect(Exception error) => error is (IOException or ConnectionAbortedException) and not BadHttpRequestException;

    /// <summary>What is not a message of the method's type.</summary>
    /// <param name="why">What the reader said.</param>
    internal static Google.Rpc.Status Unreadable(string why) =>
        why.Contains("UTF-8", StringComparison.Ordinal)
            ? ErrorTable.Make(ErrorReason.InvalidUtf8, "A string of the message is not valid UTF-8, so no offset into it could be trusted.")
            : ErrorTable.Make(ErrorReason.MalformedMessage, "The message cannot be read: it is cut short, or not of the type that the method takes.");

    /// <summary>What became of a stream whose next message could not be read.</summary>
    internal static Exception OfStream(Exception error, LimitsOptions limits) =>
        error switch
        {
            // Without details they are gRPC's own: too large once it is decompressed, cut short.
            RpcException { StatusCode: StatusCode.ResourceExhausted } refused when refused.GetRpcStatus() is null => TooLarge(limits.MaxMessageBytes)
                .ToRpcException(),
            RpcException { StatusCode: StatusCode.Internal } refused when refused.GetRpcStatus() is null => Unreadable(refused.Status.Detail)
                .ToRpcException(),
            InvalidProtocolBufferException => Unreadable(error.Message).ToRpcException(),
            _ => error,
        };
}
