using NerService.Contracts.V1;
using NerService.Extraction.Pipeline;
using NerService.Inference;
using NerService.Protocol;

namespace NerService.Batch.Tagging;

/// <summary>Answers documents, in process or by a server. Any number at once.</summary>
internal interface IDocumentTagger : IAsyncDisposable
{
    /// <summary>Documents to have under way at once.</summary>
    int Concurrency { get; }

    /// <summary>What the answers depend on, for a checkpoint: name and value of each thing.</summary>
    IReadOnlyList<KeyValuePair<string, string>> Identity { get; }

    /// <summary>Answers one document as the options say, which are the same object for all of a job.</summary>
    /// <exception cref="BatchException">No document can be answered any more.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    Task<TaggingOutcome> TagAsync(Document document, ExtractionOptions options, CancellationToken cancellationToken);
}

/// <summary>What became of a document.</summary>
/// <param name="Response">The answer; null when there is an error.</param>
/// <param name="Error">Why this document has no answer; null when it has one.</param>
/// <param name="IsFinal">Whether the error would be the same however often the document were asked about.</param>
internal readonly record struct TaggingOutcome(ExtractEntitiesResponse? Response, string? Error, bool IsFinal = false)
{
    /// <summary>A document refused for what it is.</summary>
    internal static TaggingOutcome Refused(string error) => new(null, error, IsFinal: true);
}

/// <summary>Tags in process. Owns the extractor.</summary>
internal sealed class LocalDocumentTagger : IDocumentTagger
{
    private readonly EntityExtractor _extractor;

    internal LocalDocumentTagger(EntityExtractor extractor)
    {
        _extractor = extractor;
        using var lease = extractor.AcquireSnapshot();
        var (snapshot, folder) = (lease.Snapshot, lease.Snapshot.Model.Folder);
        Identity =
        [
            new("model", snapshot.ModelVersion),
            .. folder
                .Manifest.Files.Where(file => file.Key == folder.Graph.File || folder.Manifest.Onnx.Graphs.All(graph => graph.File != file.Key))
                .OrderBy(file => file.Key, StringComparer.Ordinal)
                .Select(file => KeyValuePair.Create($"model file {file.Key}", file.Value.Sha256)),
            new("gazetteer", snapshot.GazetteerVersion),
        ];
    }

    /// <summary>Enough to fill batches of short documents, and to find neighbours of like length.</summary>
    public int Concurrency => 256;

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, string>> Identity { get; }

    /// <inheritdoc/>
    public async Task<TaggingOutcome> TagAsync(Document document, ExtractionOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return new TaggingOutcome(
                ResponseMapper.ToProto(
                    await _extractor.ExtractAsync(RequestMapper.ToExtraction(document, options), cancellationToken),
                    document.Id,
                    options
                ),
                null
            );
        }
        catch (Exception e) when (e is ArgumentException or InferenceException)
        {
            return new TaggingOutcome(null, e.Message, IsFinal: e is ArgumentException);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _extractor.Dispose();
        return ValueTask.CompletedTask;
    }
}
