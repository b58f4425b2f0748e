using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using NerService.Contracts.V1;
using NerService.Protocol.Errors;
using NerService.Server.Calls;
using NerService.Server.Errors;
using NerService.Server.Memory;
using NerService.Server.Options;
using Status = Google.Rpc.Status;

namespace NerService.Server.Http;

/// <summary>
/// Reads the body of a JSON call within the budget and looks at it before it is made into a message. What makes messages passes over fields that it
/// does not know, so that a typing error would change the answer without a word, and tells neither field nor position of what it cannot read; here
/// both are refused and told.
/// </summary>
internal sealed class JsonRequests(RequestDelegate next, ByteBudget budget, IOptions<LimitsOptions> limits)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (WireStatus.IsGrpc(request) || !HttpMethods.IsPost(request.Method) || context.GrpcMethod() is not { } method || !method.IsPublic())
        {
            await next(context);
            return;
        }
        using var held = budget.Hold(0);
        using var body = new MemoryStream();
        if (await ProblemAsync(context, body, held, method.Name) is { } problem)
        {
            await WireStatus.WriteAsync(context, problem);
            return;
        }
        (request.Body, request.ContentType) = (body, "application/json");
        await next(context);
    }

    /// <summary>Reads the body to its beginning after the byte order mark.</summary>
    /// <returns>What is wrong with it; null when nothing is.</returns>
    private async Task<Status?> ProblemAsync(HttpContext context, MemoryStream body, ByteBudget.Held held, string method)
    {
        if (!IsJson(context.Request.ContentType))
            return UnsupportedMediaType("is of the type", context.Request.ContentType);
        if (context.Request.Headers.ContentEncoding is [{ Length: > 0 } coding, ..] && !coding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            // RFC 9110, 12.5.3: so that the caller can tell this from a type that is not read.
            context.Response.Headers.AcceptEncoding = "identity";
            return UnsupportedMediaType("has the content coding", coding);
        }
        if (await ReadAsync(context, body, held) is { } refusal)
            return refusal;
        var text = body.GetBuffer().AsMemory(0, (int)body.Length);
        body.Position = JsonShape.MarkLength(text.Span);
        var input = Contracts.V1.NerService.Descriptor.FindMethodByName(method).InputType;
        return JsonShape.FindProblem(text.Span, input);
    }

    /// <summary>Reads the body, and no more of it than is allowed, whatever length it claims or conceals.</summary>
    /// <returns>Why not all of it was read; null when it was.</returns>
    private async Task<Status?> ReadAsync(HttpContext context, MemoryStream body, ByteBudget.Held held)
    {
        var (reader, claimed, max) = (context.Request.BodyReader, context.Request.ContentLength, limits.Value.MaxMessageBytes);
        if (claimed > max)
            return MessageErrors.TooLarge(max);
        try
        {
            while (true)
            {
                if (!await budget.WaitForRoomAsync(Reader.Call, context.RequestAborted))
                    return MessageErrors.NoRoom(limits.Value);
                // Interrupted, not cancelled by a token: after that the web server could not skip the rest, and would log a fault of its own.
                using var peer = body.Length > 0 ? budget.AwaitPeer(reader.CancelPendingRead) : null;
                var read = await reader.ReadAsync(context.RequestAborted);
                foreach (var segment in read.Buffer)
                    body.Write(segment.Span);
                held.Add(read.Buffer.Length);
                reader.AdvanceTo(read.Buffer.End);
                if (read.IsCanceled)
                    return MessageErrors.NoRoom(limits.Value);
                if (body.Length > max)
                    return MessageErrors.TooLarge(max);
                if (read.IsCompleted)
                    return null;
            }
        }
        catch (BadHttpRequestException e)
        {
            return e.StatusCode switch
            {
                // The web server's own limit, which is wider, can still come first: it looks at what has arrived, not at what was read.
                StatusCodes.Status413PayloadTooLarge => MessageErrors.TooLarge(max),
                // Over HTTP/1.1 the web server reports this of a connection that was closed before as much came as was claimed.
                StatusCodes.Status400BadRequest when claimed > body.Length => MessageErrors.CallerLeft(),
                _ => MessageErrors.Unreadable(e.Message),
            };
        }
        catch (Exception e) when (MessageErrors.IsDisconnect(e))
        {
            return MessageErrors.CallerLeft();
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

    private static Status UnsupportedMediaType(string what, string? found) =>
        ErrorTable.Make(
            ErrorReason.UnsupportedMediaType,
            $"The body {what} '{found}'; it must be application/json in UTF-8, not compressed.",
            ("found", found ?? "")
        );
}
