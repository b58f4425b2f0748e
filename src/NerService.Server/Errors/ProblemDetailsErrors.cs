using System.Globalization;
using System.Text.Json.Nodes;
using Google.Rpc;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using NerService.Contracts.V1;
using NerService.Protocol;
using NerService.Protocol.Errors;
using NerService.Server.Http;
using NerService.Server.Memory;
using HttpResponse = Microsoft.AspNetCore.Http.HttpResponse;
using Status = Google.Rpc.Status;

namespace NerService.Server.Errors;

/// <summary>
/// Gives the errors of JSON calls (everything under /v1) as <c>application/problem+json</c> (RFC 9457): title, status and detail,
/// and of the contract <c>code</c>, <c>reason</c>, <c>metadata</c>, <c>violations</c> and <c>retryAfterSeconds</c>. Successful answers pass through
/// untouched.
/// </summary>
internal sealed class ProblemDetailsErrors(RequestDelegate next)
{
    internal const string ContentType = "application/problem+json",
        JsonPaths = "/v1";

    public async Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.Path.StartsWithSegments(JsonPaths))
        {
            await next(context);
            return;
        }
        var (response, body) = (context.Response, context.Features.GetRequiredFeature<WatchedResponseBody>());
        // An error is told once: what is written of it on the way, in the form that JSON transcoding has, is dropped.
        body.DropsErrors = true;
        await next(context);
        body.DropsErrors = false;
        if (response.StatusCode >= 400 && !response.HasStarted)
            await WriteAsync(context, context.Features.Get<Status>() ?? Unmapped(response));
    }

    /// <summary>The error of a call that no method of the contract answered.</summary>
    private static Status Unmapped(HttpResponse response) =>
        response.StatusCode switch
        {
            StatusCodes.Status404NotFound when JsonMethods.ByPath.TryGetValue(response.HttpContext.Request.Path.Value ?? "", out var known) =>
                NotAllowed(response, known.Verb.ToUpperInvariant()),
            StatusCodes.Status404NotFound => ErrorTable.Make(ErrorReason.MethodUnknown, "There is no such path at this port."),
            StatusCodes.Status405MethodNotAllowed => NotAllowed(response, response.Headers.Allow.ToString()),
            >= 500 => ErrorTable.Make(ErrorReason.ServerFailed, "The server failed on this call."),
            _ => ErrorTable.Make(ErrorReason.MalformedMessage, "The body is not JSON of the message that the method takes."),
        };

    private static Status NotAllowed(HttpResponse response, string allowed)
    {
        response.Headers.Allow = allowed;
        return ErrorTable.Make(ErrorReason.MethodNotAllowed, $"The path takes {allowed} only.", ("allowed", allowed));
    }

    private static async Task WriteAsync(HttpContext context, Status error)
    {
        var (response, rule) = (context.Response, ErrorTable.RuleOf(error)!);
        response.StatusCode = rule.HttpStatus;
        response.ContentType = ContentType;
        response.ContentLength = null;
        var problem = new JsonObject
        {
            ["title"] = ReasonPhrases.GetReasonPhrase(rule.HttpStatus),
            ["status"] = rule.HttpStatus,
            ["code"] = EnumNames.Of((Code)error.Code),
            ["detail"] = error.Message,
        };
        var info = error.GetDetail<ErrorInfo>()!;
        problem["reason"] = info.Reason;
        if (info.Metadata.Count > 0)
            problem["metadata"] = new JsonObject(info.Metadata.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
        if (error.GetDetail<BadRequest>() is { } bad)
            problem["violations"] = new JsonArray([
                .. bad.FieldViolations.Select(v => new JsonObject
                {
                    ["field"] = v.Field,
                    ["description"] = v.Description,
                    ["reason"] = v.Reason,
                }),
            ]);
        if (error.GetDetail<RetryInfo>()?.RetryDelay.ToTimeSpan().TotalSeconds is { } seconds)
        {
            problem["retryAfterSeconds"] = seconds;
            response.Headers.RetryAfter = Math.Ceiling(seconds).ToString(CultureInfo.InvariantCulture);
        }
        await response.WriteAsync(problem.ToJsonString(), context.RequestAborted);
    }
}
