using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using NerService.Server.Validation;
using Code = Google.Rpc.Code;

namespace NerService.Server.Http;

/// <summary>
/// Gives the errors of JSON calls (everything under /v1 that is not gRPC) as <c>application/problem+json</c> (RFC 9457): title, status and detail, and of the
/// contract <c>code</c>, <c>violations</c> and <c>retryAfterSeconds</c>. Successful answers pass through untouched. Also bounds the size of such a call.
/// </summary>
internal sealed class ProblemDetailsErrors(RequestDelegate next, IOptions<LimitsOptions> limits)
{
    internal const string ContentType = "application/problem+json";

    public async Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.Path.StartsWithSegments("/v1") || context.Request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true)
        {
            await next(context);
            return;
        }
        var (sent, answered) = (context.Request.Body, context.Response.Body);
        await using var bounded = new BoundedRequestBody(sent, limits.Value.MaxMessageBytes, context.Request.ContentLength);
        await using var held = new ErrorHoldingStream(context.Response, answered);
        (context.Request.Body, context.Response.Body) = (bounded, held);
        try
        {
            await next(context);
        }
        finally
        {
            (context.Request.Body, context.Response.Body) = (sent, answered);
        }
        var response = context.Response;
        if (response.StatusCode < 400 || response.HasStarted) return;
        if (bounded.Exceeded) await WriteAsync(context, StatusCodes.Status413PayloadTooLarge, TooLarge());
        else await WriteAsync(context, response.StatusCode, Problem(held.Held));
    }

    private JsonObject TooLarge() => new()
    {
        ["code"] = "INVALID_ARGUMENT",
        ["reason"] = "MESSAGE_TOO_LARGE",
        ["detail"] = $"The message is larger than {limits.Value.MaxMessageBytes} bytes, the limit.",
    };

    /// <summary>What a google.rpc.Status in JSON says; nothing when the body is none.</summary>
    private static JsonObject Problem(ReadOnlyMemory<byte> body)
    {
        var problem = new JsonObject();
        if (body.IsEmpty) return problem;
        JsonNode? status;
        try
        {
            status = JsonNode.Parse(body.Span);
        }
        catch (JsonException)
        {
            // Not ours: the title and the status still say what happened.
            return problem;
        }
        if (status is not JsonObject error) return problem;
        if (error["code"]?.GetValue<int>() is { } code) problem["code"] = NameOf((Code)code);
        if (error["message"]?.GetValue<string>() is { } message) problem["detail"] = message;
        foreach (var detail in error["details"] as JsonArray ?? [])
        {
            if (detail is not JsonObject entry) continue;
            if (entry["fieldViolations"] is JsonArray violations)
                problem["violations"] = new JsonArray([.. violations.Select(v => new JsonObject { ["field"] = v?["field"]?.DeepClone(), ["description"] = v?["description"]?.DeepClone() })]);
            if (entry["retryDelay"]?.GetValue<string>() is { } delay && double.TryParse(delay.TrimEnd('s'), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)) problem["retryAfterSeconds"] = seconds;
            if (entry["reason"] is { } reason) problem["reason"] = reason.DeepClone();
        }
        return problem;
    }

    private static async Task WriteAsync(HttpContext context, int status, JsonObject problem)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = ContentType;
        response.ContentLength = null;
        if (problem["retryAfterSeconds"]?.GetValue<double>() is { } seconds) response.Headers.RetryAfter = Math.Ceiling(seconds).ToString(CultureInfo.InvariantCulture);
        var full = new JsonObject { ["title"] = ReasonPhrases.GetReasonPhrase(status), ["status"] = status };
        foreach (var (name, value) in problem) full[name] = value?.DeepClone();
        await response.WriteAsync(full.ToJsonString(), context.RequestAborted);
    }

    /// <summary>InvalidArgument as INVALID_ARGUMENT.</summary>
    private static string NameOf(Code code) => string.Concat(code.ToString().Select((c, i) => i > 0 && char.IsAsciiLetterUpper(c) ? $"_{c}" : char.ToUpperInvariant(c).ToString()));
}
