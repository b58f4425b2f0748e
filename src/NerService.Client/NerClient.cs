using System.Runtime.CompilerServices;
using Grpc.Core;
using Grpc.Net.Client;
using NerService.Contracts.V1;
using Stub = NerService.Contracts.V1.NerService.NerServiceClient;

namespace NerService.Client;

/// <summary>Calls an Arabic named-entity service. Thread-safe; one client serves any number of calls at once.</summary>
/// <example>
/// <code>
/// using var client = NerClient.Connect(new Uri("http://localhost:5051"));
/// var answer = await client.ExtractAsync(new ExtractRequest { Text = "وصل لافروف إلى القاهرة." });
/// </code>
/// </example>
public sealed class NerClient : IDisposable
{
    private readonly GrpcChannel _channel;
    private readonly Stub _stub;

    private NerClient(GrpcChannel channel) => (_channel, _stub) = (channel, new Stub(channel));

    /// <summary>Makes a client for a server; the connection is opened by the first call.</summary>
    /// <param name="address">http (HTTP/2 without TLS) or https.</param>
    /// <param name="options">The channel's options; null means the defaults.</param>
    /// <exception cref="ArgumentException">The address is not absolute, or neither http nor https.</exception>
    public static NerClient Connect(Uri address, GrpcChannelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (!address.IsAbsoluteUri || address.Scheme is not ("http" or "https")) throw new ArgumentException($"'{address}' is no http or https address.", nameof(address));
        return new NerClient(GrpcChannel.ForAddress(address, options ?? new GrpcChannelOptions()));
    }

    /// <summary>Extracts the entities of one document.</summary>
    /// <exception cref="RpcException">The server refused or failed; its status says why.</exception>
    public async Task<ExtractResponse> ExtractAsync(ExtractRequest request, CancellationToken cancellationToken = default) =>
        await _stub.ExtractAsync(request, cancellationToken: cancellationToken);

    /// <summary>Extracts the entities of one document within a time. The server learns of it and refuses at once what it cannot answer in time.</summary>
    /// <param name="request">The document.</param>
    /// <param name="timeout">How long the answer may take; one that is not above zero has passed.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RpcException">The server refused (RESOURCE_EXHAUSTED), the time passed (DEADLINE_EXCEEDED), or the server failed.</exception>
    public async Task<ExtractResponse> ExtractAsync(ExtractRequest request, TimeSpan timeout, CancellationToken cancellationToken = default) =>
        await _stub.ExtractAsync(request, deadline: (TimeProvider.System.GetUtcNow() + timeout).UtcDateTime, cancellationToken: cancellationToken);

    /// <summary>
    /// Extracts the entities of many documents over one stream. Answers come in the order of the documents, one for one; a bad document is answered with
    /// an error of its own and does not end the stream. Documents are read ahead only as far as the server takes them. Should the documents themselves end
    /// with an exception, those before it are answered first.
    /// </summary>
    /// <exception cref="RpcException">The stream failed; its status says why.</exception>
    public async IAsyncEnumerable<ExtractStreamResponse> ExtractManyAsync(
        IAsyncEnumerable<ExtractRequest> requests, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var call = _stub.ExtractStream(cancellationToken: ended.Token);
        var sending = SendAsync(requests, call.RequestStream, ended.Token);
        try
        {
            while (await call.ResponseStream.MoveNext(ended.Token)) yield return call.ResponseStream.Current;
            await sending;
        }
        finally
        {
            // A caller that stops early also stops the sender.
            await ended.CancelAsync();
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>What is being served: model, gazetteer, labels and every limit.</summary>
    /// <exception cref="RpcException">The server refused or failed; its status says why.</exception>
    public async Task<ServiceInfo> GetServiceInfoAsync(CancellationToken cancellationToken = default) =>
        await _stub.GetServiceInfoAsync(new GetServiceInfoRequest(), cancellationToken: cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _channel.Dispose();

    private static async Task SendAsync(IAsyncEnumerable<ExtractRequest> requests, IClientStreamWriter<ExtractRequest> stream, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var request in requests.WithCancellation(cancellationToken)) await stream.WriteAsync(request, cancellationToken);
        }
        finally
        {
            // Also when the documents end with an error: those sent before it are still answered.
            await stream.CompleteAsync();
        }
    }
}
