using Grpc.AspNetCore.Server;
using Microsoft.Net.Http.Headers;
using NerService.Contracts.V1;
using NerService.Protocol.Errors;
using NerService.Server.Calls;
using NerService.Server.Errors;

namespace NerService.Server.Http;

/// <summary>
/// Looks at the body of a JSON call before it is made into a message. What makes messages passes over fields that it does not know, so that a typing
/// error would change the answer without a word, and tells neither field nor position of what it cannot read; here both are refused and told.
/// </summary>
internal sealed class JsonRequests(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (
            WireStatus.IsGrpc(request)
            || !HttpMethods.IsPost(request.Method)
            || context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>() is not { Method: { ServiceName: "ner.v1.NerService" } method }
        )
        {
            await next(context);
            return;
        }
        if (!IsJson(request.ContentType))
        {
            await WireStatus.WriteAsync(context, UnsupportedMediaType(request.ContentType));
            return;
        }
        if (await TryReadAsync(context) is not { } body)
            return;
        using (body)
        {
            var input = Contracts.V1.NerService.Descriptor.FindMethodByName(method.Name).InputType;
            if (JsonShape.FindProblem(body.GetBuffer().AsSpan(0, (int)body.Length), input) is { } problem)
            {
                await WireStatus.WriteAsync(context, ToStatus(problem));
                return;
            }
            (request.Body, request.ContentType) = (body, "application/json");
            await next(context);
        }
    }

    /// <summary>Reads the whole body.</summary>
    /// <returns>Null when reading was refused; who bounds the body tells why.</returns>
    private static async Task<MemoryStream?> TryReadAsync(HttpContext context)
    {
        var body = new MemoryStream();
        try
        {
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            body.Position = JsonShape.MarkLength(body.GetBuffer().AsSpan(0, (int)body.Length));
            return body;
        }
        catch (BadHttpRequestException e)
        {
            context.Response.StatusCode = e.StatusCode;
            await body.DisposeAsync();
            return null;
        }
    }

    /// <summary>Whether the type is JSON, and its character set UTF-8, however that is spelled.</summary>
    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        && HeaderUtilities.RemoveQuotes(type.Charset) is var charset
        && (
            !charset.HasValue
            || charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
            || charset.Equals("utf8", StringComparison.OrdinalIgnoreCase)
        );

    private static Google.Rpc.Status UnsupportedMediaType(string? found) =>
        ErrorTable.Make(
            ErrorReason.UnsupportedMediaType,
            $"The body is of the type '{found}'; read is application/json, in UTF-8.",
            ("found", found ?? "")
        );

    private static Google.Rpc.Status ToStatus(JsonProblem problem)
    {
        var where = $"line {problem.Line}, column {problem.Column}";
        if (problem.Kind == JsonProblemKind.NotUtf8)
            return ErrorTable.Make(ErrorReason.InvalidUtf8, $"The body is not UTF-8 ({where}).");
        if (problem.Field.Length == 0)
            return ErrorTable.Make(ErrorReason.MalformedMessage, $"The body cannot be read: {problem.Description} ({where}).");
        var violations = new Violations();
        violations.Invalid(problem.Field, $"{problem.Description} ({where}).");
        return violations.ToStatus();
    }
}
