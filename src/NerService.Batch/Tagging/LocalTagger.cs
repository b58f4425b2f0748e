using NerService.Contracts.V1;
using NerService.Extraction.Pipeline;
using NerService.Inference;
using NerService.Protocol;

namespace NerService.Batch.Tagging;

/// <summary>Tags in process. Owns the extractor.</summary>
internal sealed class LocalTagger(EntityExtractor extractor) : ITagger
{
    /// <summary>Enough to fill batches of short documents, and to find neighbours of like length.</summary>
    public int Concurrency => 256;

    public Task<TaggerInfo> DescribeAsync(CancellationToken cancellationToken)
    {
        using var lease = extractor.AcquireSnapshot();
        var (snapshot, folder) = (lease.Snapshot, lease.Snapshot.Model.Folder);
        IEnumerable<KeyValuePair<string, string>> files = folder
            .Manifest.Files.Where(file => file.Key == folder.Graph.File || folder.Manifest.Onnx.Graphs.All(graph => graph.File != file.Key))
            .OrderBy(file => file.Key, StringComparer.Ordinal)
            .Select(file => KeyValuePair.Create($"model file {file.Key}", file.Value.Sha256));
        return Task.FromResult(
            new TaggerInfo(
                snapshot.ModelVersion,
                snapshot.GazetteerVersion,
                snapshot.Model.Labels.Names,
                [new("model", snapshot.ModelVersion), .. files, new("gazetteer", snapshot.GazetteerVersion)]
            )
        );
    }

    public async Task<TaggingOutcome> TagAsync(Document document, ExtractionOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return new TaggingOutcome(
                ResponseMapper.ToProto(
                    await extractor.ExtractAsync(RequestMapper.ToExtraction(document, options), cancellationToken),
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

    public ValueTask DisposeAsync()
    {
        extractor.Dispose();
        return ValueTask.CompletedTask;
    }
}
