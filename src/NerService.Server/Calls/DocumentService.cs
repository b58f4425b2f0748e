using Google.Protobuf;
using Google.Rpc;
using Microsoft.Extensions.Options;
using NerService.Extraction.Pipeline;
using NerService.Extraction.Snapshots;
using NerService.Protocol;
using NerService.Server.Errors;
using NerService.Server.Lifecycle;
using NerService.Server.Memory;
using NerService.Server.Options;
using NerService.Server.Telemetry;
using V1 = NerService.Contracts.V1;

namespace NerService.Server.Calls;

/// <summary>Takes one document from request to answer, the same way for a call and for a document of a stream or a batch.</summary>
internal sealed class DocumentService(
    EntityExtractor extractor,
    ServingState state,
    IOptions<LimitsOptions> limits,
    ByteBudget budget,
    CallErrors errors,
    ServerMetrics metrics
)
{
    /// <summary>
    /// Answers the document of a call, or refuses it at once when too much waits. It is counted where it came in (<see cref="CallAccounting"/>).
    /// </summary>
    /// <param name="request">As received.</param>
    /// <param name="call">The call.</param>
    /// <exception cref="Exception">What <see cref="CallErrors"/> has an error for.</exception>
    internal async Task<V1.ExtractEntitiesResponse> AnswerCallAsync(V1.ExtractEntitiesRequest request, Call call)
    {
        using var held = Hold(request.Document);
        return await AnswerAsync(request.Document, Options(request.Options, call), call, mayBeRefused: true, snapshot: null);
    }

    /// <summary>Answers and counts a document of a stream; it waits instead of being refused.</summary>
    /// <param name="document">As received.</param>
    /// <param name="options">How to answer.</param>
    /// <param name="call">The call.</param>
    /// <param name="snapshot">What is to answer, leased by the caller; null for what serves now.</param>
    /// <returns>The answer or what went wrong; never throws for what a document can cause.</returns>
    internal async Task<V1.DocumentOutcome> AnswerStreamedAsync(V1.Document? document, AnswerOptions options, Call call, Snapshot? snapshot = null)
    {
        using var request = metrics.Begin(ServerMetrics.StreamKind);
        using var held = Hold(document);
        var outcome = new V1.DocumentOutcome { DocumentId = document?.Id ?? "" };
        try
        {
            outcome.Result = await AnswerAsync(document, options, call, mayBeRefused: false, snapshot);
        }
        catch (Exception e)
        {
            outcome.Error = errors.Of(e, call, CallErrors.Document);
        }
        request.Code = (Code)(outcome.Error?.Code ?? 0);
        return outcome;
    }

    /// <summary>Answers the documents of a batch in their order; they wait as those of a stream do, and are counted as those are. What serves now
    /// answers them all.</summary>
    /// <param name="request">As received.</param>
    /// <param name="concurrency">Documents under way at once.</param>
    /// <param name="call">The call.</param>
    /// <exception cref="SnapshotUnavailableException">Nothing is loaded yet.</exception>
    internal async Task<V1.BatchExtractEntitiesResponse> AnswerBatchAsync(V1.BatchExtractEntitiesRequest request, int concurrency, Call call)
    {
        using var held = Hold(request);
        using var lease = extractor.AcquireSnapshot();
        var (outcomes, options) = (new V1.DocumentOutcome[request.Documents.Count], Options(request.Options, call));
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
    /// <param name="options">As received; null means every option at its default.</param>
    /// <param name="call">The call.</param>
    internal AnswerOptions Options(V1.ExtractionOptions? options, Call call) => new(options, limits.Value, call.IsJson);

    /// <summary>Counts a message that is read until it is answered.</summary>
    private ByteBudget.Held Hold(IMessage? message) => budget.Hold(message?.CalculateSize() ?? 0);

    private async Task<V1.ExtractEntitiesResponse> AnswerAsync(
        V1.Document? document,
        AnswerOptions options,
        Call call,
        bool mayBeRefused,
        Snapshot? snapshot
    )
    {
        if (options.ViolationsWith(document) is { } violations)
            throw new CallException(violations.ToStatus());
        using var untilTheEnd = CancellationTokenSource.CreateLinkedTokenSource(call.Cancelled, state.EndDocuments);
        // The text is split only where there is a model to answer.
        using var lease = snapshot is null ? extractor.AcquireSnapshot() : null;
        var request = options.Template with
        {
            Source = RequestMapper.ToSource(document),
            Caller = call.Caller,
            Deadline = call.Deadline,
            MayBeRefused = mayBeRefused,
        };
        var result = await extractor.ExtractAsync(snapshot ?? lease!.Snapshot, request, untilTheEnd.Token);
        var response = ResponseMapper.ToProto(result, document!.Id, options.Proto);
        metrics.Answered(response);
        return response;
    }
}
