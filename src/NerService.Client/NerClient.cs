using System.Runtime.CompilerServices;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging;
using NerService.Contracts.V1;
using Stub = NerService.Contracts.V1.NerService.NerServiceClient;

namespace NerService.Client;

/// <summary>Calls an Arabic named-entity service. Thread-safe; one client serves any number of calls at once.</summary>
/// <remarks>
/// Offsets count UTF-16 code units, as .NET strings do, wherever the request does not ask for another unit: <c>text[m.Span.Start..m.Span.End] ==
/// m.Text</c>.
/// </remarks>
/// <example>
/// <code>
/// using var client = NerClient.Connect(new Uri("http://localhost:5051"));
/// var answer = await client.ExtractEntitiesAsync("وصل لافروف إلى القاهرة.");
/// foreach (var mention in answer.Mentions) Console.WriteLine($"{mention.Type} {mention.Text}");
/// </code>
/// </example>
public sealed class NerClient : IDisposable
{
    private readonly GrpcChannel _channel;
    private readonly Stub _stub;
    private readonly TimeProvider _time;
    private readonly TimeSpan? _timeout;
    private readonly string? _apiKey;
    private readonly OffsetUnit _offsetUnit;

    private NerClient(GrpcChannel channel, TimeSpan? timeout, string? apiKey, OffsetUnit offsetUnit, TimeProvider time) =>
        (_channel, _stub, _timeout, _apiKey, _offsetUnit, _time) = (channel, new Stub(channel), timeout, apiKey, offsetUnit, time);

    /// <summary>Makes a client; connections are opened by the first call.</summary>
    /// <param name="options">Where the servers are and how to call; null means every option at its default.</param>
    /// <param name="loggers">Where gRPC logs; null means nowhere.</param>
    /// <param name="time">The clock for deadlines; null means the system's.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static NerClient Connect(NerClientOptions? options = null, ILoggerFactory? loggers = null, TimeProvider? time = null)
    {
        options ??= new NerClientOptions();
        time ??= TimeProvider.System;
        return new NerClient(ChannelFactory.Create(options, loggers, time), options.Timeout, options.ApiKey, options.OffsetUnit, time);
    }

    /// <summary>Makes a client for one server, with every other option at its default.</summary>
    /// <param name="address">http (HTTP/2 without TLS) or https.</param>
    /// <exception cref="ArgumentException">The address is not absolute, or neither http nor https.</exception>
    public static NerClient Connect(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return Connect(new NerClientOptions { Addresses = { address } });
    }

    /// <summary>Extracts the entities of a text.</summary>
    /// <param name="text">The text; offsets of the answer are indices into it.</param>
    /// <param name="options">How to answer; null means every option at its default.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="RpcException">The server refused or failed; its status says why.</exception>
    public Task<ExtractEntitiesResponse> ExtractEntitiesAsync(
        string text,
        ExtractionOptions? options = null,
        CancellationToken cancellationToken = default
    ) =>
        ExtractEntitiesAsync(
            new ExtractEntitiesRequest
            {
                Document = new Document { Text = text },
                Options = options,
            },
            cancellationToken
        );

    /// <summary>Extracts the entities of one document within <see cref="NerClientOptions.Timeout"/>.</summary>
    /// <exception cref="RpcException">The server refused or failed; its status says why.</exception>
    public async Task<ExtractEntitiesResponse> ExtractEntitiesAsync(ExtractEntitiesRequest request, CancellationToken cancellationToken = default) =>
        await _stub.ExtractEntitiesAsync(WithUnit(request), Call(_timeout, cancellationToken));

    /// <summary>
    /// Extracts the entities of one document within a time. The server learns of it and refuses at once what it cannot answer in time.
    /// </summary>
    /// <param name="request">The document and how to answer.</param>
    /// <param name="timeout">How long the answer may take; one that is not above zero has passed.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="RpcException">The server refused (RESOURCE_EXHAUSTED), the time passed (DEADLINE_EXCEEDED), or the server failed.</exception>
    public async Task<ExtractEntitiesResponse> ExtractEntitiesAsync(
        ExtractEntitiesRequest request,
        TimeSpan timeout,
        CancellationToken cancellationToken = default
    ) => await _stub.ExtractEntitiesAsync(WithUnit(request), Call(timeout, cancellationToken));

    /// <summary>
    /// Extracts the entities of several documents with one call, within <see cref="NerClientOptions.Timeout"/>. Each is answered or refused by
    /// itself.
    /// </summary>
    /// <param name="request">The documents and how to answer; their number and bytes have limits (<see cref="GetServiceInfoAsync"/>).</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>One outcome a document, in their order.</returns>
    /// <exception cref="RpcException">The server refused the call as a whole or failed; its status says why.</exception>
    public async Task<BatchExtractEntitiesResponse> BatchExtractEntitiesAsync(
        BatchExtractEntitiesRequest request,
        CancellationToken cancellationToken = default
    ) => await _stub.BatchExtractEntitiesAsync(WithUnit(request), Call(_timeout, cancellationToken));

    /// <summary>Extracts the entities of many texts over one stream; see the last overload.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="options">How to answer; sent once. Null means every option at its default.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="RpcException">The stream failed; its status says why.</exception>
    public IAsyncEnumerable<DocumentOutcome> StreamExtractEntitiesAsync(
        IAsyncEnumerable<string> texts,
        ExtractionOptions? options = null,
        CancellationToken cancellationToken = default
    ) => StreamExtractEntitiesAsync(texts.Select(text => new Document { Text = text }), options, cancellationToken);

    /// <summary>Extracts the entities of many documents over one stream; see the last overload.</summary>
    /// <param name="documents">The documents.</param>
    /// <param name="options">How to answer; sent once. Null means every option at its default.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="RpcException">The stream failed; its status says why.</exception>
    public IAsyncEnumerable<DocumentOutcome> StreamExtractEntitiesAsync(
        IAsyncEnumerable<Document> documents,
        ExtractionOptions? options = null,
        CancellationToken cancellationToken = default
    ) =>
        StreamExtractEntitiesAsync(
            documents.Select((document, i) => new StreamExtractEntitiesRequest { Document = document, Options = i == 0 ? options : null }),
            cancellationToken
        );

    /// <summary>
    /// Extracts the entities of many documents over one stream. Outcomes come in the order of the documents, one for one; a bad document is answered
    /// with an error of its own and does not end the stream. Documents are read ahead only as far as the server takes them. Should the documents
    /// themselves end with an exception, those before it are answered first.
    /// </summary>
    /// <param name="requests">The documents; the first message says how all of them are answered, a later one may override it for its own.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="RpcException">The stream failed; its status says why.</exception>
    public async IAsyncEnumerable<DocumentOutcome> StreamExtractEntitiesAsync(
        IAsyncEnumerable<StreamExtractEntitiesRequest> requests,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // A stream lives as long as its documents do, so it has no deadline of its own.
        using var call = _stub.StreamExtractEntities(Call(timeout: null, ended.Token));
        var sending = SendAsync(requests, call.RequestStream, ended.Token);
        try
        {
            while (await call.ResponseStream.MoveNext(ended.Token))
                yield return call.ResponseStream.Current.Outcome;
            // All is sent, unless the server ended the stream before: then nobody must wait for the next document.
            await ended.CancelAsync();
            await EndSendingAsync(sending, cancellationToken);
        }
        finally
        {
            // A caller that stops early also stops the sender.
            await ended.CancelAsync();
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// Tells a stream that the server ended before all was sent from one that ended with its documents, or with an error of theirs.
    /// </summary>
    private static async Task EndSendingAsync(Task sending, CancellationToken cancellationToken)
    {
        try
        {
            await sending;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && e is OperationCanceledException or RpcException)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "The server ended the stream before the last document.", e));
        }
    }

    /// <summary>What is being served: model, gazetteer, labels and every limit.</summary>
    /// <exception cref="RpcException">The server refused or failed; its status says why.</exception>
    public async Task<ServiceInfo> GetServiceInfoAsync(CancellationToken cancellationToken = default) =>
        await _stub.GetServiceInfoAsync(new GetServiceInfoRequest(), Call(_timeout, cancellationToken));

    /// <inheritdoc/>
    public void Dispose() => _channel.Dispose();

    private CallOptions Call(TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var headers = _apiKey is null ? null : new Metadata { { "x-api-key", _apiKey } };
        return new CallOptions(headers, timeout is { } limit ? (_time.GetUtcNow() + limit).UtcDateTime : null, cancellationToken);
    }

    /// <summary>The request in the client's unit where it does not ask for one; the caller's own message is left as it is.</summary>
    private ExtractEntitiesRequest WithUnit(ExtractEntitiesRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return HasUnit(request.Options) ? request : new ExtractEntitiesRequest(request) { Options = WithUnit(request.Options) };
    }

    /// <inheritdoc cref="WithUnit(ExtractEntitiesRequest)"/>
    private BatchExtractEntitiesRequest WithUnit(BatchExtractEntitiesRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return HasUnit(request.Options) ? request : new BatchExtractEntitiesRequest(request) { Options = WithUnit(request.Options) };
    }

    private ExtractionOptions WithUnit(ExtractionOptions? options) => new(options ?? new ExtractionOptions()) { OffsetUnit = _offsetUnit };

    private bool HasUnit(ExtractionOptions? options) =>
        _offsetUnit == OffsetUnit.Unspecified || options is { OffsetUnit: not OffsetUnit.Unspecified };

    private async Task SendAsync(
        IAsyncEnumerable<StreamExtractEntitiesRequest> requests,
        IClientStreamWriter<StreamExtractEntitiesRequest> stream,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var isFirst = true;
            await foreach (var request in requests.WithCancellation(cancellationToken))
            {
                // The first message's options hold for the stream; a later message without options goes by them.
                var isComplete = HasUnit(request.Options) || request.Options is null && !isFirst;
                await stream.WriteAsync(
                    isComplete ? request : new StreamExtractEntitiesRequest { Document = request.Document, Options = WithUnit(request.Options) },
                    cancellationToken
                );
                isFirst = false;
            }
        }
        finally
        {
            // Also when the documents end with an error: those sent before it are still answered.
            await stream.CompleteAsync();
        }
    }
}
