using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using NerService.Server.Validation;

namespace NerService.Server.Mapping;

/// <summary>Errors of messages that never became a request.</summary>
internal static class MessageErrors
{
    internal static Google.Rpc.Status TooLarge(LimitsOptions limits) =>
        StatusMapper.Plain(Code.ResourceExhausted, $"The message is larger than {limits.MaxMessageBytes} bytes, the limit that {LimitsOptions.Section}:{nameof(limits.MaxMessageBytes)} sets.");

    internal static Google.Rpc.Status Unreadable()
    {
        var violations = new Violations();
        violations.Add("", "The message cannot be read: it is no ner.v1.ExtractRequest, or a string in it is not valid UTF-8.");
        return violations.ToStatus();
    }

    /// <summary>What became of a stream whose next message could not be read.</summary>
    internal static Exception OfStream(Exception error, LimitsOptions limits) => error switch
    {
        RpcException { StatusCode: StatusCode.ResourceExhausted } => TooLarge(limits).ToRpcException(),
        InvalidProtocolBufferException => Unreadable().ToRpcException(),
        _ => error,
    };
}
