using Google.Protobuf;
using Google.Rpc;
using Microsoft.Extensions.Options;
using NerService.Extraction.Pipeline;
using NerService.Extraction.Snapshots;
using NerService.Protocol;
using NerService.Protocol.Errors;
using NerService.Server.Errors;
using NerService.Server.Lifecycle;
using NerService.Server.Memory;
using NerService.Server.Options;
using NerService.Server.Telemetry;
using V1 = NerService.Contracts.V1;

namespace NerService.Server.Calls;

/// <summary>Takes one document from request to answer or error, the same way for a call and for a document of a stream.</summary>
internal sealed class DocumentService(
    EntityExtractor extractor,
    ServingState state,
    IOptions<LimitsOptions> limits,
    ByteBudget budget,
    ServerMetrics metrics,
    TimeProvider time,
    ILogger<DocumentService> logger
)
{
    /// <summary>
    /// Answers the document of a call, or refuses it at once when too much waits. It is counted where it came in (<see cref="CallAccounting"/>).
    /// </summary>
    /// <param name="document">As it came.</param>
    /// <param name="options">How to answer.</param>
    /// <param name="call">The call.</param>
    /// <returns>The answer or what went wrong; never throws for what a request can cause.</returns>
    internal async Task<V1.DocumentOutcome> AnswerCallAsync(V1.Document? document, AnswerOptions options, Call call)
    {
        using var held = Hold(document);
        return await AnswerAsync(document, options, call, mayBeRefused: true, snapshot: null);
    }

    /// <summary>Answers and counts a document of a stream; it waits instead of being refused.</summary>
    /// <param name="document">As it came.</param>
    /// <param name="options">How to answer.</param>
    /// <param name="call">The call.</param>
    /// <param name="snapshot">What is to answer, leased by the caller; null for what serves now.</param>
    /// <returns>The answer or what went wrong; never throws for what a document can cause.</returns>
    internal async Task<V1.DocumentOutcome> AnswerStreamedAsync(V1.Document? document, AnswerOptions options, Call call, Snapshot? snapshot = null)
    {
        var started = time.GetTimestamp();
        using var held = Hold(document);
        metrics.Received(CallAccounting.DocumentKind);
        var answer = await AnswerAsync(document, options, call, mayBeRefused: false, snapshot);
        metrics.Completed(CallAccounting.DocumentKind, (Code)(answer.Error?.Code ?? 0), time.GetElapsedTime(started));
        return answer;
    }

    /// <summary>Answers the documents of a batch in their order; they wait as those of a stream do, and are counted as those are. What serves now
    /// answers them all.</summary>
    /// <param name="request">As it came.</param>
    /// <param name="concurrency">Documents under way at once.</param>
    /// <param name="call">The call.</param>
    /// <exception cref="SnapshotUnavailableException">Nothing is loaded yet.</exception>
    internal async Task<V1.BatchExtractEntitiesResponse> AnswerBatchAsync(V1.BatchExtractEntitiesRequest request, int concurrency, Call call)
    {
        using var held = Hold(request);
        using var lease = extractor.AcquireSnapshot();
        var (outcomes, options) = (new V1.DocumentOutcome[request.Documents.Count], Options(request.Options));
        await Parallel.ForAsync(
            0,
            outcomes.Length,
            new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = call.Cancelled },
            async (i, cancelled) =>
            {
                outcomes[i] = await AnswerStreamedAsync(request.Documents[i], options, call with { Cancelled = cancelled }, lease.Snapshot);
                held.Add(outcomes[i].CalculateSize());
            }
        );
        return new V1.BatchExtractEntitiesResponse { Outcomes = { outcomes } };
    }

    /// <summary>How documents are to be answered.</summary>
    /// <param name="options">As it came; null means every option at its default.</param>
    internal AnswerOptions Options(V1.ExtractionOptions? options) => new(options, limits.Value);

    /// <summary>Counts a message that is read until it is answered.</summary>
    private ByteBudget.Held Hold(IMessage? message) => budget.Hold(message?.CalculateSize() ?? 0);

    /// <summary>What is wrong with a request before any work is done for it.</summary>
    private Google.Rpc.Status? Check(V1.Document? document, AnswerOptions options)
    {
        if (RequestValidator.Validate(document, options.Violations, limits.Value) is { } violations)
            return violations.ToStatus();
        return state.Phase == ServingPhase.Loading ? ErrorTable.Make(V1.ErrorReason.ModelLoading, "The model is still loading.") : null;
    }

    private async Task<V1.DocumentOutcome> AnswerAsync(V1.Document? document, AnswerOptions options, Call call, bool mayBeRefused, Snapshot? snapshot)
    {
        if (Check(document, options) is { } error)
            return Error(document, error);
        using var untilTheEnd = CancellationTokenSource.CreateLinkedTokenSource(call.Cancelled, state.EndDocuments);
        try
        {
            var request = options.Template with
            {
                Source = RequestMapper.ToSource(document),
                Caller = call.Caller,
                Deadline = call.Deadline,
                MayBeRefused = mayBeRefused,
            };
            var result = await (
                snapshot is null ? extractor.ExtractAsync(request, untilTheEnd.Token) : extractor.ExtractAsync(snapshot, request, untilTheEnd.Token)
            );
            var response = ResponseMapper.ToProto(result, document!.Id, options.Proto);
            metrics.Answered(response);
            return new V1.DocumentOutcome { DocumentId = document.Id, Result = response };
        }
        catch (Exception e)
        {
            var status = DocumentErrors.Of(e, call, time.GetUtcNow());
            // The caller learns that it failed, not how: the exception stays in the log.
            if (status.Code == (int)Code.Internal)
                logger.LogError(e, "A document failed");
            return Error(document, status);
        }
    }

    private static V1.DocumentOutcome Error(V1.Document? document, Google.Rpc.Status status) =>
        new() { DocumentId = document?.Id ?? "", Error = status };
}
