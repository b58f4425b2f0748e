using System.Threading.Channels;
using Grpc.Core;
using Microsoft.Extensions.Options;
using NerService.Extraction.Pipeline;
using NerService.Protocol.Errors;
using NerService.Server.Errors;
using NerService.Server.Lifecycle;
using NerService.Server.Memory;
using NerService.Server.Options;
using V1 = NerService.Contracts.V1;

namespace NerService.Server.Calls;

/// <summary>The public service: hands documents to <see cref="DocumentService"/> and nothing else.</summary>
internal sealed class NerGrpcService(
    DocumentService documents,
    EntityExtractor extractor,
    SnapshotReloader reloader,
    ServingState state,
    ByteBudget budget,
    IOptions<LimitsOptions> limits,
    IOptions<BatchingOptions> batching,
    IOptions<AdmissionOptions> admission
) : V1.NerService.NerServiceBase
{
    public override Task<V1.ExtractEntitiesResponse> ExtractEntities(V1.ExtractEntitiesRequest request, ServerCallContext context) =>
        documents.AnswerCallAsync(request, Call.Of(context));

    public override Task<V1.BatchExtractEntitiesResponse> BatchExtractEntities(V1.BatchExtractEntitiesRequest request, ServerCallContext context)
    {
        if (request.Documents.Count > limits.Value.MaxBatchDocuments)
        {
            var violations = new Violations();
            violations.Exceeds("documents", V1.ErrorReason.TooManyDocuments, request.Documents.Count, limits.Value.MaxBatchDocuments, "documents");
            throw new CallException(violations.ToStatus());
        }
        return documents.AnswerBatchAsync(request, admission.Value.MaxDocumentsPerStream, Call.Of(context));
    }

    /// <summary>
    /// Reads, works and writes at once: a bounded queue of documents under way keeps the order, and reading stops when it is full, which HTTP/2 flow
    /// control passes on to the sender.
    /// </summary>
    public override async Task StreamExtractEntities(
        IAsyncStreamReader<V1.StreamExtractEntitiesRequest> requestStream,
        IServerStreamWriter<V1.StreamExtractEntitiesResponse> responseStream,
        ServerCallContext context
    )
    {
        var underWay = Channel.CreateBounded<Task<V1.DocumentOutcome>>(
            new BoundedChannelOptions(admission.Value.MaxDocumentsPerStream) { SingleReader = true, SingleWriter = true }
        );
        // What is answered counts until it is written: a caller that does not read holds as many answers as it has documents under way.
        using var unread = budget.Hold(0);
        using var broken = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        var reading = ReadAsync(requestStream, underWay.Writer, unread, Call.Of(context) with { Cancelled = broken.Token });
        try
        {
            await foreach (var answer in underWay.Reader.ReadAllAsync(context.CancellationToken))
            {
                var response = new V1.StreamExtractEntitiesResponse { Outcome = await answer };
                await responseStream.WriteAsync(response, context.CancellationToken);
                unread.Add(-response.Outcome.CalculateSize());
            }
        }
        catch
        {
            // Nobody reads the answers any more: drop the work.
            await broken.CancelAsync();
            throw;
        }
        if (!await reading)
            throw new CallException(
                ErrorTable.Make(V1.ErrorReason.ShuttingDown, "The server is shutting down; send the documents that were not answered again.")
            );
    }

    public override Task<V1.ServiceInfo> GetServiceInfo(V1.GetServiceInfoRequest request, ServerCallContext context)
    {
        // The reload first, so that what it loaded is what the snapshot then shows.
        var last = reloader.Last;
        using var lease = extractor.AcquireSnapshot();
        return Task.FromResult(ServiceInfoMapper.Map(lease.Snapshot, last, limits.Value, batching.Value, admission.Value));
    }

    /// <summary>Reads documents and starts work on each.</summary>
    /// <returns>Whether the sender had sent everything; false when the server stopped reading because it is about to end.</returns>
    private async Task<bool> ReadAsync(
        IAsyncStreamReader<V1.StreamExtractEntitiesRequest> requests,
        ChannelWriter<Task<V1.DocumentOutcome>> underWay,
        ByteBudget.Held unread,
        Call call
    )
    {
        try
        {
            var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var registration = state.EndStreams.Register(stop.SetResult);
            var (options, isFirst) = (documents.Options(null, call), true);
            // After the signal not even a sender that is always ready is read from.
            while (!stop.Task.IsCompleted)
            {
                // Room first, then the next document: a document that is read is under way.
                if (!await underWay.WaitToWriteAsync(call.Cancelled))
                    return true;
                var next = requests.MoveNext(call.Cancelled);
                await Task.WhenAny(next, stop.Task);
                if (!next.IsCompleted)
                    break;
                if (!await next)
                {
                    underWay.Complete();
                    return true;
                }
                var request = requests.Current;
                if (isFirst)
                    options = documents.Options(request.Options, call);
                var onlySaysHow = isFirst && request.Document is null && request.Options is not null;
                var isOverride = !isFirst && request.Options is not null;
                isFirst = false;
                if (!onlySaysHow)
                    await underWay.WriteAsync(
                        AnswerAsync(request.Document, isOverride ? documents.Options(request.Options, call) : options),
                        call.Cancelled
                    );
            }
            underWay.Complete();
            return false;
        }
        catch (Exception e)
        {
            // What was read is still answered; the reader of the queue then meets this.
            underWay.TryComplete(MessageErrors.OfStream(e, limits.Value));
            return true;
        }

        async Task<V1.DocumentOutcome> AnswerAsync(V1.Document? document, AnswerOptions how)
        {
            var outcome = await documents.AnswerStreamedAsync(document, how, call);
            unread.Add(outcome.CalculateSize());
            return outcome;
        }
    }
}
