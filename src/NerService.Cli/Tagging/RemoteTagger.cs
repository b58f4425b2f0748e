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
    public async Task<IReadOnlyList<string>> LabelsAsync(CancellationToken cancellationToken) => (await client.GetServiceInfoAsync(cancellationToken)).Model.Labels;

    /// <inheritdoc/>
    public async IAsyncEnumerable<TaggedDocument> TagAsync(IAsyncEnumerable<ExtractRequest> requests, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var sent = new ConcurrentQueue<ExtractRequest>();
        await foreach (var answer in client.ExtractManyAsync(Remember(requests, sent, cancellationToken), cancellationToken))
        {
            if (!sent.TryDequeue(out var request)) throw new CliException(ExitCode.ServerRefused, $"The server answered document '{answer.DocumentId}', which was not asked.");
            yield return answer.OutcomeCase == ExtractStreamResponse.OutcomeOneofCase.Result
                ? new TaggedDocument(request, answer.Result, Error: null)
                : new TaggedDocument(request, Response: null, $"{(StatusCode)answer.Error.Code}: {answer.Error.Message}");
        }
        if (!sent.IsEmpty) throw new CliException(ExitCode.ServerRefused, $"The server ended the stream {sent.Count} documents before the last.");
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    private static async IAsyncEnumerable<ExtractRequest> Remember(
        IAsyncEnumerable<ExtractRequest> requests, ConcurrentQueue<ExtractRequest> sent, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var request in requests.WithCancellation(cancellationToken))
        {
            sent.Enqueue(request);
            yield return request;
        }
    }
}
