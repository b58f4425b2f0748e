using System.Runtime.CompilerServices;
using NerService.Batch;
using NerService.Contracts.V1;
using NerService.Extraction.Pipeline;
using NerService.Protocol;

namespace NerService.Cli.Tagging;

/// <summary>Tags in process. Documents are worked on together, so that batches fill. Owns the extractor.</summary>
internal sealed class LocalTagger(EntityExtractor extractor) : ITagger
{
    /// <summary>Documents under way at once: enough to fill batches of short ones.</summary>
    private const int Concurrency = 64;

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> LabelsAsync(CancellationToken cancellationToken)
    {
        using var lease = extractor.AcquireSnapshot();
        return Task.FromResult<IReadOnlyList<string>>(lease.Snapshot.Model.Labels.Names);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<TaggedDocument> TagAsync(
        IAsyncEnumerable<Document> documents,
        ExtractionOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await foreach (var tagging in OrderedWork.RunAsync(documents, TagOneAsync, Concurrency, cancellationToken))
            yield return await tagging;

        async Task<TaggedDocument> TagOneAsync(Document document, CancellationToken token)
        {
            var result = await extractor.ExtractAsync(RequestMapper.ToExtraction(document, options), token);
            return new TaggedDocument(document, ResponseMapper.ToProto(result, document.Id, options), Error: null);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => extractor.Dispose();
}
