using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;
using NerService.Server.Telemetry;

namespace NerService.Server.Mapping;

/// <summary>Writes a status where no gRPC handler does: before one is entered, or over what one wrote.</summary>
internal static class WireStatus
{
    internal const string StatusHeader = "grpc-status", MessageHeader = "grpc-message", DetailsHeader = "grpc-status-details-bin";

    private static readonly JsonFormatter Json = new(JsonFormatter.Settings.Default.WithTypeRegistry(TypeRegistry.FromFiles(ErrorDetailsReflection.Descriptor)));

    /// <summary>Ends a call with a status: as gRPC trailers for a gRPC caller, as JSON with the matching HTTP status for any other.</summary>
    internal static Task WriteAsync(HttpContext context, Google.Rpc.Status status)
    {
        context.Features.Set(StatusIsFinal.Instance);
        if (context.Request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) == true)
        {
            context.Response.ContentType = "application/grpc";
            Set(context.Response.Headers, status);
            return Task.CompletedTask;
        }
        context.Response.StatusCode = ToHttp((Code)status.Code);
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(Json.Format(status));
    }

    /// <summary>Sets the headers of a status.</summary>
    internal static void Set(IHeaderDictionary headers, Google.Rpc.Status status)
    {
        headers[StatusHeader] = status.Code.ToString(CultureInfo.InvariantCulture);
        headers[MessageHeader] = Uri.EscapeDataString(status.Message);
        headers[DetailsHeader] = Convert.ToBase64String(status.ToByteArray());
    }

    private static int ToHttp(Code code) => code switch
    {
        Code.Unauthenticated => StatusCodes.Status401Unauthorized,
        Code.PermissionDenied => StatusCodes.Status403Forbidden,
        Code.ResourceExhausted => StatusCodes.Status429TooManyRequests,
        Code.Unavailable => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status400BadRequest,
    };
}
