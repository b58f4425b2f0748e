using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using NerService.Server.Options;

namespace NerService.Server.Memory;

/// <summary>
/// Gives up answers that nobody reads, of every method and page: after <see cref="ByteBudget.Patience"/> when the budget is full, and after
/// <see cref="LimitsOptions.MaxUnreadSeconds"/> in any case, both beyond the time that a slow reader takes
/// (<see cref="ByteBudget.SlowestBytesPerSecond"/>). Of a stream, each answer is waited for by itself; the first few kilobytes of a response
/// lie in the web server's buffers and are not waited for.
/// </summary>
internal sealed class AnswerBudget(RequestDelegate next, ByteBudget budget, IOptions<LimitsOptions> limits, ILogger<AnswerBudget> logger)
{
    /// <summary>
    /// ENHANCE_YOUR_CALM of HTTP/2, which gRPC clients take for RESOURCE_EXHAUSTED. A status of our own would wait behind what is not read.
    /// </summary>
    private const int EnhanceYourCalm = 0xb;

    public Task InvokeAsync(HttpContext context)
    {
        var body = new WatchedResponseBody(
            context.Response,
            (bytes, giveUp) => budget.AwaitPeer(giveUp, TimeSpan.FromSeconds(limits.Value.MaxUnreadSeconds), bytes),
            () => GiveUp(context)
        );
        context.Features.Set<IHttpResponseBodyFeature>(body);
        context.Features.Set(body);
        return next(context);
    }

    private void GiveUp(HttpContext context)
    {
        logger.LogInformation(
            "An answer that its caller does not read was given up ({Section}:{Option} is {Seconds} seconds, {Patience} when {Budget} are held)",
            LimitsOptions.Section,
            nameof(LimitsOptions.MaxUnreadSeconds),
            limits.Value.MaxUnreadSeconds,
            ByteBudget.Patience.TotalSeconds,
            nameof(LimitsOptions.MaxBytesInFlight)
        );
        if (context.Features.Get<IHttpResetFeature>() is { } stream)
            stream.Reset(EnhanceYourCalm);
        else
            context.Abort();
    }
}
