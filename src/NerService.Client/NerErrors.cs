using System.Net.Sockets;
using System.Security.Authentication;
using Google.Rpc;
using Grpc.Core;
using NerService.Contracts.V1;

namespace NerService.Client;

/// <summary>What the errors of calls mean.</summary>
public static class NerErrors
{
    private const string Prefix = "ERROR_REASON_";

    /// <summary>Why the server refused; unspecified when it is no error of the service, or of a reason that this client does not know yet.</summary>
    public static ErrorReason ReasonOf(RpcException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        if (DetailOf<ErrorInfo>(error) is not { Domain: "ner.v1" } info) return ErrorReason.Unspecified;
        var value = ErrorsReflection.Descriptor.EnumTypes[0].FindValueByName(Prefix + info.Reason);
        return value is null ? ErrorReason.Unspecified : (ErrorReason)value.Number;
    }

    /// <summary>When the same call may succeed; null when it is not worth trying again, or the server does not say.</summary>
    public static TimeSpan? RetryAfter(RpcException error) => DetailOf<RetryInfo>(error)?.RetryDelay?.ToTimeSpan();

    /// <summary>The error in a sentence for people: the server's own words, or what to look at when none answered.</summary>
    public static string Describe(RpcException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        if (DetailOf<ErrorInfo>(error) is { } info)
            return info.Reason == "METHOD_UNKNOWN" ? $"{error.Status.Detail} Is it the admin port, or another version of the service?" : $"The server refused ({info.Reason}): {error.Status.Detail}";
        for (var cause = error.Status.DebugException; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case SocketException socket:
                    return $"Nothing answered at the server's address: {socket.Message}. Is the server running, and is this its address and port?";
                case AuthenticationException { InnerException: null } when cause.Message.Contains("frame", StringComparison.Ordinal):
                    return "The server does not speak TLS at this port; use http instead of https.";
                case AuthenticationException:
                    return $"The TLS connection failed: {cause.Message} Does an authority that this machine trusts vouch for the server's certificate, and is it for this name?";
                case HttpIOException or HttpRequestException { HttpRequestError: HttpRequestError.HttpProtocolError or HttpRequestError.ResponseEnded or HttpRequestError.InvalidResponse }:
                    return "What answered does not speak gRPC over HTTP/2 without TLS; use https if the server has TLS.";
            }
        }
        if (error.StatusCode == StatusCode.Unimplemented) return "What answered at the server's address does not offer this service; is it the admin port, or another program?";
        return $"The server answered {error.StatusCode}: {error.Status.Detail}";
    }

    private static T? DetailOf<T>(RpcException error) where T : class, Google.Protobuf.IMessage<T>, new()
    {
        if (error.Trailers.GetValueBytes("grpc-status-details-bin") is not { } bytes) return null;
        return Google.Rpc.Status.Parser.ParseFrom(bytes).Details.FirstOrDefault(detail => detail.Is(new T().Descriptor))?.Unpack<T>();
    }
}
