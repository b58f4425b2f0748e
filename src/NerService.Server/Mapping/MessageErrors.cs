using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using NerService.Contracts.V1;
using NerService.Protocol.Errors;
using NerService.Server.Validation;

namespace NerService.Server.Mapping;

/// <summary>Errors of messages that never became a request.</summary>
internal static class MessageErrors
{
    internal static Google.Rpc.Status TooLarge(LimitsOptions limits) =>
        ErrorTable.Make(ErrorReason.MessageTooLarge, $"The message is larger than {limits.MaxMessageBytes} bytes, the limit.", ("limit", limits.MaxMessageBytes.ToString(CultureInfo.InvariantCulture)));

    /// <summary>A message that is none.</summary>
    /// <param name="why">What the reader said.</param>
    internal static Google.Rpc.Status Unreadable(string why) => why.Contains("UTF-8", StringComparison.Ordinal)
        ? ErrorTable.Make(ErrorReason.InvalidUtf8, "A string of the message is not valid UTF-8, so no offset into it could be trusted.")
        : ErrorTable.Make(ErrorReason.MalformedMessage, "The message cannot be read: it is cut short, or not of the type that the method takes.");

    /// <summary>What became of a stream whose next message could not be read.</summary>
    internal static Exception OfStream(Exception error, LimitsOptions limits) => error switch
    {
        RpcException { StatusCode: StatusCode.ResourceExhausted } => TooLarge(limits).ToRpcException(),
        InvalidProtocolBufferException => Unreadable(error.Message).ToRpcException(),
        _ => error,
    };
}
