using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Grpc.Core;
using NerService.Client;
using NerService.Contracts.V1;

namespace NerService.Cli.Tagging;

/// <summary>Tags by a server, over one stream. Owns the client.</summary>
internal sealed class RemoteTagger(NerClient client) : ITagger
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> LabelsAsync(CancellationToken cancellationToken) =>
        (await client.GetServiceInfoAsync(cancellationToken)).Model.WordLabels;

    /// <inheritdoc/>
    public async IAsyncEnumerable<TaggedDocument> TagAsync(
        IAsyncEnumerable<Document> documents,
        ExtractionOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var sent = new ConcurrentQueue<Document>();
        await foreach (var answer in client.StreamExtractEntitiesAsync(Remember(documents, sent, cancellationToken), options, cancellationToken))
        {
            if (!sent.TryDequeue(out var document))
                throw new CliException(ExitCode.ServerRefused, $"The server answered document '{answer.DocumentId}', which was not asked.");
            yield return answer.OutcomeCase == DocumentOutcome.OutcomeOneofCase.Result
                ? new TaggedDocument(document, answer.Result, Error: null)
                : new TaggedDocument(document, Response: null, $"{(StatusCode)answer.Error.Code}: {answer.Error.Message}");
        }
        if (!sent.IsEmpty)
            throw new CliException(ExitCode.ServerRefused, $"The server ended the stream {sent.Count} documents before the last.");
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    private static async IAsyncEnumerable<Document> Remember(
        IAsyncEnumerable<Document> documents,
        ConcurrentQueue<Document> sent,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await foreach (var document in documents.WithCancellation(cancellationToken))
        {
            sent.Enqueue(document);
            yield return document;
        }
    }
}
