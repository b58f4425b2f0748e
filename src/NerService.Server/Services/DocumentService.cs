using Google.Rpc;
using Microsoft.Extensions.Options;
using NerService.Extraction;
using NerService.Inference;
using NerService.Mapping;
using NerService.Server.Admission;
using NerService.Server.Hosting;
using NerService.Server.Mapping;
using NerService.Server.Telemetry;
using NerService.Server.Validation;
using V1 = NerService.Contracts.V1;

namespace NerService.Server.Services;

/// <summary>Takes one document from request to answer or error, the same way for a call and for a document of a stream.</summary>
internal sealed class DocumentService(EntityExtractor extractor, AdmissionController admission, ServingState state, IOptions<LimitsOptions> limits, ServerMetrics metrics, TimeProvider time, ILogger<DocumentService> logger)
{
    /// <summary>Answers the document of a call, or refuses it at once. It is counted where it came in (<see cref="CallAccounting"/>).</summary>
    /// <param name="request">As it came.</param>
    /// <param name="deadline">When the caller stops waiting; null means never.</param>
    /// <param name="cancellationToken">The caller has gone or its deadline has passed.</param>
    /// <returns>The answer or what went wrong; never throws for what a request can cause.</returns>
    internal async Task<V1.ExtractStreamResponse> AnswerCallAsync(V1.ExtractRequest request, DateTimeOffset? deadline, CancellationToken cancellationToken)
    {
        if (Check(request) is { } error) return Error(request, error);
        using var permit = admission.TryAdmit(request, deadline, out var refusal);
        return refusal is null ? await ExtractAsync(request, deadline, cancellationToken) : Error(request, refusal);
    }

    /// <summary>Answers and counts a document of a stream; waits for room instead of refusing.</summary>
    /// <param name="request">As it came.</param>
    /// <param name="deadline">When the caller stops waiting; null means never.</param>
    /// <param name="cancellationToken">The caller has gone or its deadline has passed.</param>
    /// <returns>The answer or what went wrong; never throws for what a document can cause.</returns>
    internal async Task<V1.ExtractStreamResponse> AnswerStreamedAsync(V1.ExtractRequest request, DateTimeOffset? deadline, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        metrics.Received(CallAccounting.DocumentKind);
        var answer = Check(request) is { } error ? Error(request, error) : await WaitAndExtractAsync(request, deadline, cancellationToken);
        metrics.Completed(CallAccounting.DocumentKind, (Code)(answer.Error?.Code ?? 0), time.GetElapsedTime(started));
        return answer;
    }

    private async Task<V1.ExtractStreamResponse> WaitAndExtractAsync(V1.ExtractRequest request, DateTimeOffset? deadline, CancellationToken cancellationToken)
    {
        try
        {
            using var permit = await admission.WaitAsync(request, cancellationToken);
            return await ExtractAsync(request, deadline, cancellationToken);
        }
        catch (OperationCanceledException e)
        {
            return Error(request, ToStatus(e, deadline, cancellationToken));
        }
    }

    /// <summary>What is wrong with a request before any work is done for it.</summary>
    private Google.Rpc.Status? Check(V1.ExtractRequest request)
    {
        if (RequestValidator.Validate(request, limits.Value) is { } violations) return violations.ToStatus();
        return state.Phase == ServingPhase.Loading ? StatusMapper.Unavailable("The model is still loading.") : null;
    }

    private async Task<V1.ExtractStreamResponse> ExtractAsync(V1.ExtractRequest request, DateTimeOffset? deadline, CancellationToken cancellationToken)
    {
        try
        {
            var result = await extractor.ExtractAsync(RequestMapper.ToExtraction(request) with { Deadline = deadline }, cancellationToken);
            admission.Learn(request, result);
            var response = ResponseMapper.ToProto(result, request);
            metrics.Answered(response);
            return new V1.ExtractStreamResponse { DocumentId = request.DocumentId, Result = response };
        }
        catch (Exception e)
        {
            return Error(request, ToStatus(e, deadline, cancellationToken));
        }
    }

    private Google.Rpc.Status ToStatus(Exception error, DateTimeOffset? deadline, CancellationToken cancellationToken)
    {
        switch (error)
        {
            case SnapshotUnavailableException:
                return StatusMapper.Unavailable(error.Message);
            case TimeoutException:
                return StatusMapper.Plain(Code.DeadlineExceeded, error.Message);
            case OperationCanceledException when cancellationToken.IsCancellationRequested:
                return deadline <= time.GetUtcNow() ? StatusMapper.Plain(Code.DeadlineExceeded, "The deadline passed before the document was answered.") : StatusMapper.Plain(Code.Cancelled, "The caller cancelled.");
            case ObjectDisposedException or OperationCanceledException:
                return StatusMapper.Unavailable("The server is shutting down.");
            default:
                // The caller learns that it failed, not how: the exception stays in the log.
                logger.LogError(error, "A document failed");
                return StatusMapper.Plain(Code.Internal, error is InferenceException ? "The model failed on this document." : "The server failed on this document.");
        }
    }

    private static V1.ExtractStreamResponse Error(V1.ExtractRequest request, Google.Rpc.Status status) => new() { DocumentId = request.DocumentId, Error = status };
}
