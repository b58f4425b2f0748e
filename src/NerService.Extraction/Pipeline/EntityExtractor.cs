using NerService.Extraction.Snapshots;
using NerService.Inference.Models;

namespace NerService.Extraction.Pipeline;

/// <summary>
/// Finds the named entities of Arabic documents. Thread-safe; calls share the model, which batches them. The same document gets the same answer, bit
/// for bit, alone and in any company.
/// </summary>
/// <example>
/// <code>
/// using var extractor = await EntityExtractor.LoadAsync(new ExtractorOptions { ModelFolder = "models/arabic-news" });
/// var result = await extractor.ExtractAsync(new ExtractionRequest { Source = SourceText.FromText("وصل لافروف إلى القاهرة.") });
/// foreach (var entity in result.Entities) Console.WriteLine($"{entity.Type} {entity.Span.Of(result.Source.Text)} {entity.Confidence:0.00}");
/// </code>
/// </example>
public sealed class EntityExtractor : IDisposable
{
    private readonly SnapshotStore _store;
    private readonly TimeProvider _time;

    /// <summary>Creates an extractor that answers with whatever snapshot the store holds; disposing the extractor disposes the store.</summary>
    public EntityExtractor(SnapshotStore store, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        _store = store;
        _time = time ?? TimeProvider.System;
    }

    /// <summary>Loads an extractor of its own, for use without a server.</summary>
    /// <exception cref="ModelLoadException">Says what is wrong with which file.</exception>
    public static async Task<EntityExtractor> LoadAsync(ExtractorOptions options, CancellationToken cancellationToken = default)
    {
        var snapshot = await SnapshotLoader.LoadAsync(options, cancellationToken: cancellationToken);
        var store = new SnapshotStore();
        await store.Swap(snapshot);
        return new EntityExtractor(store);
    }

    /// <summary>Leases the snapshot in use, to look at what is loaded.</summary>
    /// <exception cref="SnapshotUnavailableException">Nothing is loaded yet.</exception>
    /// <exception cref="ObjectDisposedException">The extractor is disposed.</exception>
    public SnapshotStore.Lease AcquireSnapshot() => _store.Acquire();

    /// <summary>Extracts the entities of one document.</summary>
    /// <param name="request">The document and how to answer.</param>
    /// <param name="cancellationToken">Cancels at once; work not yet run is dropped.</param>
    /// <exception cref="SnapshotUnavailableException">Nothing is loaded yet.</exception>
    /// <exception cref="ArgumentException">The request contradicts itself or names an output that the model lacks.</exception>
    /// <exception cref="Inference.AdmissionException">The document may be refused, and too much waits or its deadline cannot be met.</exception>
    /// <exception cref="RequestMismatchException">The request asks for a label, a model or a gazetteer that is not loaded.</exception>
    /// <exception cref="TimeoutException">The deadline passed while the document was queued.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    /// <exception cref="Inference.InferenceException">The model failed.</exception>
    public async Task<ExtractionResult> ExtractAsync(ExtractionRequest request, CancellationToken cancellationToken = default)
    {
        using var lease = _store.Acquire();
        return await ExtractAsync(lease.Snapshot, request, cancellationToken);
    }

    /// <summary>
    /// Extracts the entities of one document with a snapshot that the caller leases, so that several documents are answered by the same.
    /// </summary>
    /// <param name="snapshot">Of <see cref="AcquireSnapshot"/>; its lease must outlast the call.</param>
    /// <param name="request">The document and how to answer.</param>
    /// <param name="cancellationToken">Cancels at once; work not yet run is dropped.</param>
    /// <inheritdoc cref="ExtractAsync(ExtractionRequest, CancellationToken)" path="/exception"/>
    public async Task<ExtractionResult> ExtractAsync(Snapshot snapshot, ExtractionRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(request);
        Check(snapshot, request);
        return await ExtractionPipeline.RunAsync(snapshot, request, _time, cancellationToken);
    }

    private static void Check(Snapshot snapshot, ExtractionRequest request)
    {
        if (request.ModelVersion is { } model && model != snapshot.ModelVersion)
            throw new RequestMismatchException(RequestMismatch.ModelVersion, model, snapshot.ModelVersion);
        if (request.GazetteerVersion is { } gazetteer && gazetteer != snapshot.GazetteerVersion)
            throw new RequestMismatchException(RequestMismatch.GazetteerVersion, gazetteer, snapshot.GazetteerVersion);
        RequireKnown(request.Labels, RequestMismatch.Label);
        RequireKnown(request.MinConfidenceByLabel.Keys, RequestMismatch.MinConfidenceLabel);

        void RequireKnown(IEnumerable<string> labels, RequestMismatch mismatch)
        {
            foreach (var label in labels)
                if (!snapshot.Knows(label) && !request.Names.Entries.Any(entry => entry.Label.Name == label))
                    throw new RequestMismatchException(mismatch, label, string.Join(", ", snapshot.Labels));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _store.Dispose();
}
