using Microsoft.Extensions.Options;
using NerService.Extraction;
using NerService.Server.Hosting;
using NerService.Server.Telemetry;
using NerService.Protocol;
using NerService.Protocol.Errors;
using V1 = NerService.Contracts.V1;

namespace NerService.Server.Admission;

/// <summary>Weighs documents and asks the queue for a place, for the model that is serving.</summary>
internal sealed class AdmissionController
{
    private readonly TokenEstimator _estimator = new();
    private readonly AdmissionQueue _queue;

    public AdmissionController(IOptions<AdmissionOptions> admission, IOptions<BatchingOptions> batching, SnapshotStore store, ServerMetrics metrics, TimeProvider time)
    {
        // A window of the model is a few hundred subwords; the exact number matters little here.
        const int windowTokens = 208;
        _queue = new AdmissionQueue(admission.Value.MaxQueuedTokens, (long)batching.Value.MaxWindowsInFlight * windowTokens, () => TokensPerSecond(store), time);
        metrics.Meter.CreateObservableGauge("ner.admission.queued.tokens", () => _queue.QueuedTokens, "{token}", "Subwords admitted and not done, as estimated.");
        metrics.Meter.CreateObservableGauge("ner.admission.waiting.documents", () => _queue.Waiting, "{document}", "Documents of streams that wait for room.");
    }

    /// <summary>Admits a call's document.</summary>
    /// <returns>The place in the queue; null with the status that says why not.</returns>
    internal AdmissionQueue.Permit? TryAdmit(V1.Document document, V1.Priority priority, DateTimeOffset? deadline, out Google.Rpc.Status? refusal)
    {
        var permit = _queue.TryAdmit(_estimator.Estimate(Length(document)), EnumMapper.FromProto(priority), deadline, out var reason);
        refusal = reason is null ? null : ErrorTable.Make(reason.Reason, reason.Message, reason.RetryAfter);
        return permit;
    }

    /// <summary>Admits a stream's document as soon as there is room.</summary>
    internal ValueTask<AdmissionQueue.Permit> WaitAsync(V1.Document document, V1.Priority priority, CancellationToken cancellationToken) =>
        _queue.WaitAsync(_estimator.Estimate(Length(document)), EnumMapper.FromProto(priority), cancellationToken);

    /// <summary>Learns what a document weighed.</summary>
    internal void Learn(V1.Document document, ExtractionResult result) => _estimator.Learn(Length(document), result.Statistics.Subwords);

    /// <summary>UTF-16 code units of the document.</summary>
    private static long Length(V1.Document document)
    {
        if (document.ContentCase == V1.Document.ContentOneofCase.Text) return document.Text.Length;
        long length = 0;
        foreach (var token in document.TokenizedText.Tokens) length += token.Length + 1;
        return length;
    }

    private static double TokensPerSecond(SnapshotStore store)
    {
        if (!store.IsReady) return 0;
        try
        {
            using var lease = store.Acquire();
            return lease.Snapshot.Model.TokensPerSecond;
        }
        catch (SnapshotUnavailableException)
        {
            return 0;
        }
    }
}
