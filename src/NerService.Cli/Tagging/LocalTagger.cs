using System.Runtime.CompilerServices;
using NerService.Batch;
using NerService.Contracts.V1;
using NerService.Extraction;
using NerService.Mapping;

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
    public async IAsyncEnumerable<TaggedDocument> TagAsync(IAsyncEnumerable<ExtractRequest> requests, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var tagging in OrderedWork.RunAsync(requests, TagAsync, Concurrency, cancellationToken)) yield return await tagging;
    }

    /// <inheritdoc/>
    public void Dispose() => extractor.Dispose();

    private async Task<TaggedDocument> TagAsync(ExtractRequest request, CancellationToken cancellationToken)
    {
        var result = await extractor.ExtractAsync(RequestMapper.ToExtraction(request), cancellationToken);
        return new TaggedDocument(request, ResponseMapper.ToProto(result, request), Error: null);
    }
}
