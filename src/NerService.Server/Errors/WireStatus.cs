using System.Globalization;
using System.Text;
using Google.Protobuf;
using NerService.Protocol;
using NerService.Protocol.Errors;
using HttpRequest = Microsoft.AspNetCore.Http.HttpRequest;

namespace NerService.Server.Errors;

/// <summary>Writes a status where no gRPC handler does: before one is entered, or over what one wrote.</summary>
internal static class WireStatus
{
    internal const string StatusHeader = "grpc-status",
        MessageHeader = "grpc-message",
        DetailsHeader = "grpc-status-details-bin";

    /// <summary>Ends a call with a status: as gRPC trailers for a gRPC caller, as JSON with the matching HTTP status for any other.</summary>
    internal static Task WriteAsync(HttpContext context, Google.Rpc.Status status)
    {
        context.Features.Set(status);
        if (IsGrpc(context.Request))
        {
            context.Response.ContentType = "application/grpc";
            Set(context.Response.Headers, status);
            return Task.CompletedTask;
        }
        context.Response.StatusCode = ErrorTable.RuleOf(status)?.HttpStatus ?? StatusCodes.Status400BadRequest;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(ProtoJson.Format(status));
    }

    /// <summary>Whether a request is one of gRPC, or of gRPC-Web that was translated. At the paths of JSON none is, whatever it says.</summary>
    internal static bool IsGrpc(HttpRequest request) =>
        request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true
        && !request.Path.StartsWithSegments(ProblemDetailsErrors.JsonPaths);

    /// <summary>Sets the headers of a status.</summary>
    internal static void Set(IHeaderDictionary headers, Google.Rpc.Status status)
    {
        headers[StatusHeader] = status.Code.ToString(CultureInfo.InvariantCulture);
        headers[MessageHeader] = Escaped(status.Message);
        headers[DetailsHeader] = Convert.ToBase64String(status.ToByteArray());
    }

    /// <summary>
    /// A message as gRPC writes it: all but printable ASCII is escaped, and the sign of escapes. Some clients show any other escape as it stands.
    /// </summary>
    private static string Escaped(string message)
    {
        var escaped = new StringBuilder(message.Length);
        foreach (var unit in Encoding.UTF8.GetBytes(message))
        {
            if (unit is >= 0x20 and <= 0x7E and not (byte)'%')
                escaped.Append((char)unit);
            else
                escaped.Append(CultureInfo.InvariantCulture, $"%{unit:X2}");
        }
        return escaped.ToString();
    }
}
