using Google.Rpc;
using Microsoft.Extensions.Options;
using NerService.Extraction;
using NerService.Inference;
using NerService.Protocol;
using NerService.Protocol.Errors;
using NerService.Server.Hosting;
using NerService.Server.Telemetry;
using NerService.Server.Validation;
using V1 = NerService.Contracts.V1;

namespace NerService.Server.Services;

/// <summary>Takes one document from request to answer or error, the same way for a call and for a document of a stream.</summary>
internal sealed class DocumentService(EntityExtractor extractor, ServingState state, IOptions<LimitsOptions> limits, ServerMetrics metrics, TimeProvider time, ILogger<DocumentService> logger)
{
    /// <summary>Answers the document of a call, or refuses it at once when too much waits. It is counted where it came in (<see cref="CallAccounting"/>).</summary>
    /// <param name="document">As it came.</param>
    /// <param name="options">How to answer; null means every option at its default.</param>
    /// <param name="call">The call.</param>
    /// <returns>The answer or what went wrong; never throws for what a request can cause.</returns>
    internal Task<V1.DocumentOutcome> AnswerCallAsync(V1.Document? document, V1.ExtractionOptions? options, Call call) => AnswerAsync(document, options, call, mayBeRefused: true);

    /// <summary>Answers and counts a document of a stream; it waits instead of being refused.</summary>
    /// <param name="document">As it came.</param>
    /// <param name="options">How to answer; null means every option at its default.</param>
    /// <param name="call">The call.</param>
    /// <returns>The answer or what went wrong; never throws for what a document can cause.</returns>
    internal async Task<V1.DocumentOutcome> AnswerStreamedAsync(V1.Document? document, V1.ExtractionOptions? options, Call call)
    {
        var started = time.GetTimestamp();
        metrics.Received(CallAccounting.DocumentKind);
        var answer = await AnswerAsync(document, options, call, mayBeRefused: false);
        metrics.Completed(CallAccounting.DocumentKind, (Code)(answer.Error?.Code ?? 0), time.GetElapsedTime(started));
        return answer;
    }

    /// <summary>Answers the documents of a batch in their order; they wait as those of a stream do, and are counted as those are.</summary>
    /// <param name="request">As it came.</param>
    /// <param name="concurrency">Documents under way at once.</param>
    /// <param name="call">The call.</param>
    internal async Task<V1.BatchExtractEntitiesResponse> AnswerBatchAsync(V1.BatchExtractEntitiesRequest request, int concurrency, Call call)
    {
        var outcomes = new V1.DocumentOutcome[request.Documents.Count];
        await Parallel.ForAsync(0, outcomes.Length, new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = call.Cancelled }, async (i, cancelled) =>
            outcomes[i] = await AnswerStreamedAsync(request.Documents[i], request.Options, call with { Cancelled = cancelled }));
        return new V1.BatchExtractEntitiesResponse { Outcomes = { outcomes } };
    }

    /// <summary>What is wrong with a request before any work is done for it.</summary>
    private Google.Rpc.Status? Check(V1.Document? document, V1.ExtractionOptions? options)
    {
        if (RequestValidator.Validate(document, options, limits.Value) is { } violations) return violations.ToStatus();
        return state.Phase == ServingPhase.Loading ? ErrorTable.Make(V1.ErrorReason.ModelLoading, "The model is still loading.") : null;
    }

    private async Task<V1.DocumentOutcome> AnswerAsync(V1.Document? document, V1.ExtractionOptions? options, Call call, bool mayBeRefused)
    {
        if (Check(document, options) is { } error) return Error(document, error);
        using var untilTheEnd = CancellationTokenSource.CreateLinkedTokenSource(call.Cancelled, state.EndDocuments);
        try
        {
            var request = RequestMapper.ToExtraction(document, options) with { Caller = call.Caller, Deadline = call.Deadline, MayBeRefused = mayBeRefused };
            var result = await extractor.ExtractAsync(request, untilTheEnd.Token);
            var response = ResponseMapper.ToProto(result, document!.Id, options);
            metrics.Answered(response);
            return new V1.DocumentOutcome { DocumentId = document.Id, Result = response };
        }
        catch (Exception e)
        {
            return Error(document, ToStatus(e, call));
        }
    }

    private Google.Rpc.Status ToStatus(Exception error, Call call)
    {
        switch (error)
        {
            case SnapshotUnavailableException:
                return ErrorTable.Make(V1.ErrorReason.ModelLoading, error.Message);
            case AdmissionException { Failure: AdmissionFailure.QueueFull, RetryAfter: var retryAfter }:
                return ErrorTable.Make(V1.ErrorReason.QueueFull, error.Message, retryAfter);
            case AdmissionException { RetryAfter: var retryAfter }:
                return ErrorTable.Make(V1.ErrorReason.DeadlineUnreachable, error.Message, retryAfter);
            case TimeoutException:
                return ErrorTable.Make(V1.ErrorReason.DeadlinePassed, error.Message);
            case OperationCanceledException when call.Cancelled.IsCancellationRequested:
                return call.Deadline <= time.GetUtcNow()
                    ? ErrorTable.Make(V1.ErrorReason.DeadlinePassed, "The deadline passed before the document was answered.")
                    : ErrorTable.Make(V1.ErrorReason.CallerCancelled, "The caller cancelled.");
            case ObjectDisposedException or OperationCanceledException:
                return ErrorTable.Make(V1.ErrorReason.ShuttingDown, "The server is shutting down.");
            default:
                // The caller learns that it failed, not how: the exception stays in the log.
                logger.LogError(error, "A document failed");
                return error is InferenceException
                    ? ErrorTable.Make(V1.ErrorReason.InferenceFailed, "The model failed on this document.")
                    : ErrorTable.Make(V1.ErrorReason.ServerFailed, "The server failed on this document.");
        }
    }

    private static V1.DocumentOutcome Error(V1.Document? document, Google.Rpc.Status status) => new() { DocumentId = document?.Id ?? "", Error = status };
}
