using NerService.Contracts.V1;

namespace NerService.Cli.Tagging;

/// <summary>Answers documents, in process or by a server; the rest of the command cannot tell which.</summary>
internal interface ITagger : IDisposable
{
    /// <summary>Names of the labels that posteriors count, in their order.</summary>
    /// <exception cref="Grpc.Core.RpcException">The server refused.</exception>
    Task<IReadOnlyList<string>> LabelsAsync(CancellationToken cancellationToken);

    /// <summary>Answers documents as they come, in their order.</summary>
    /// <exception cref="Grpc.Core.RpcException">The server refused the call as a whole.</exception>
    IAsyncEnumerable<TaggedDocument> TagAsync(IAsyncEnumerable<Document> documents, ExtractionOptions options, CancellationToken cancellationToken);
}

/// <summary>One document with its answer.</summary>
/// <param name="Document">The document.</param>
/// <param name="Response">The answer; null when there is an error.</param>
/// <param name="Error">Why there is no answer; null when there is one.</param>
internal sealed record TaggedDocument(Document Document, ExtractEntitiesResponse? Response, string? Error);
