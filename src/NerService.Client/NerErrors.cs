using System.Net.Sockets;
using System.Security.Authentication;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using NerService.Contracts.V1;
using Status = Google.Rpc.Status;

namespace NerService.Client;

/// <summary>What the errors of calls mean.</summary>
public static class NerErrors
{
    private const string Prefix = "ERROR_REASON_";

    /// <summary>Why the server refused; unspecified when it is not an error of the service, or of a reason that this client does not know
    /// yet.</summary>
    public static ErrorReason ReasonOf(RpcException error)
    {
        if (StatusOf(error).GetDetail<ErrorInfo>() is not { Domain: "ner.v1" } info)
            return ErrorReason.Unspecified;
        var value = ErrorsReflection.Descriptor.EnumTypes[0].FindValueByName(Prefix + info.Reason);
        return value is null ? ErrorReason.Unspecified : (ErrorReason)value.Number;
    }

    /// <summary>When the same call may succeed; null when it is not worth trying again, or the server does not say.</summary>
    public static TimeSpan? RetryAfter(RpcException error) => StatusOf(error).GetDetail<RetryInfo>()?.RetryDelay?.ToTimeSpan();

    /// <summary>The error in a sentence for people: the server's own words, or what to look at when none answered.</summary>
    public static string Describe(RpcException error)
    {
        var status = StatusOf(error);
        if (status.GetDetail<ErrorInfo>() is not null)
            return Describe(status);
        for (var cause = error.Status.DebugException; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case SocketException socket:
                    return $"Nothing answered at the server's address: {socket.Message}. Is the server running, and is this its address and port?";
                case AuthenticationException { InnerException: null } when cause.Message.Contains("frame", StringComparison.Ordinal):
                    return "The server does not speak TLS at this port; use http instead of https.";
                case AuthenticationException:
                    return $"The TLS connection failed: {cause.Message.TrimEnd('.')}. Does an authority that this machine trusts vouch for the "
                        + "server's certificate, and is it for this name?";
                case HttpIOException
                or HttpRequestException
                {
                    HttpRequestError: HttpRequestError.HttpProtocolError or HttpRequestError.ResponseEnded or HttpRequestError.InvalidResponse
                }:
                    return "What answered does not speak gRPC over HTTP/2 without TLS; use https if the server has TLS.";
            }
        }
        if (error.StatusCode == StatusCode.Unimplemented)
            return "What answered at the server's address does not offer this service; is it the admin port, or another program?";
        return Describe(status);
    }

    /// <summary>The error of a document of a stream or a batch (<see cref="DocumentOutcome.Error"/>) in a sentence for people.</summary>
    public static string Describe(Status error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return error.GetDetail<ErrorInfo>() switch
        {
            null => $"The server answered {(StatusCode)error.Code}: {error.Message}",
            { Reason: "METHOD_UNKNOWN" } => $"{error.Message} Is it the admin port, or another version of the service?",
            { Reason: var reason } => $"The server refused ({reason}): {error.Message}",
        };
    }

    /// <summary>
    /// The status that a call failed with, as a stream or a batch has it for a document: with its details, where the server sent any.
    /// </summary>
    public static Status StatusOf(RpcException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        var plain = new Status { Code = (int)error.StatusCode, Message = error.Status.Detail };
        try
        {
            return error.Trailers.GetValueBytes("grpc-status-details-bin") is { } bytes ? Status.Parser.ParseFrom(bytes) : plain;
        }
        catch (InvalidProtocolBufferException)
        {
            // What stands between may write what it likes there.
            return plain;
        }
    }
}
