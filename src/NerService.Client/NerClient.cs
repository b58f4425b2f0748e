using System.Runtime.CompilerServices;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging;
using NerService.Contracts.V1;
using Stub = NerService.Contracts.V1.NerService.NerServiceClient;

namespace NerService.Client;

/// <summary>Calls an Arabic named-entity service. Thread-safe; one client serves any number of calls at once.</summary>
/// <remarks>
/// Offsets count UTF-16 code units, as .NET strings do, wherever the request does not ask for another unit: <c>text[e.Span.Start..e.Span.End] == e.Text</c>.
/// </remarks>
/// <example>
/// <code>
/// using var client = NerClient.Connect(new Uri("http://localhost:5051"));
/// var answer = await client.ExtractAsync("وصل لافروف إلى القاهرة.");
/// foreach (var entity in answer.Entities) Console.WriteLine($"{entity.Type} {entity.Text}");
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

    /// <summary>Makes a client for one server without deadlines or retries of its own.</summary>
    /// <param name="address">http (HTTP/2 without TLS) or https.</param>
    /// <param name="options">The channel's options; null means the defaults.</param>
    /// <exception cref="ArgumentException">The address is not absolute, or neither http nor https.</exception>
    public static NerClient Connect(Uri address, GrpcChannelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (!address.IsAbsoluteUri || address.Scheme is not ("http" or "https")) throw new ArgumentException($"'{address}' is no http or https address.", nameof(address));
        return new NerClient(GrpcChannel.ForAddress(address, options ?? new GrpcChannelOptions()), timeout: null, apiKey: null, OffsetUnit.Utf16CodeUnit, TimeProvider.System);
    }

    /// <summary>Extracts the entities of a text.</summary>
    /// <param name="text">The text; offsets of the answer are indices into it.</param>
    /// <param name="options">How to answer; null means every option at its default.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RpcException">The server refused or failed; its status says why.</exception>
    public Task<ExtractResponse> ExtractAsync(string text, ExtractOptions? options = null, CancellationToken cancellationToken = default) =>
        ExtractAsync(new ExtractRequest { Text = text, Options = options }, cancellationToken);

    /// <summary>Extracts the entities of one document.</summary>
    /// <exception cref="RpcException">The server refused or failed; its status says why.</exception>
    public async Task<ExtractResponse> ExtractAsync(ExtractRequest request, CancellationToken cancellationToken = default) =>
        await _stub.ExtractAsync(WithUnit(request), Call(_timeout, cancellationToken));

    /// <summary>Extracts the entities of many texts over one stream; see the other overload.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="options">How to answer each; null means every option at its default.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RpcException">The stream failed; its status says why.</exception>
    public IAsyncEnumerable<ExtractStreamResponse> ExtractManyAsync(IAsyncEnumerable<string> texts, ExtractOptions? options = null, CancellationToken cancellationToken = default) =>
        ExtractManyAsync(texts.Select(text => new ExtractRequest { Text = text, Options = options }), cancellationToken);

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
        // A stream lives as long as its documents do, so it has no deadline of its own.
        using var call = _stub.ExtractStream(Call(timeout: null, ended.Token));
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
        await _stub.GetServiceInfoAsync(new GetServiceInfoRequest(), Call(_timeout, cancellationToken));

    /// <inheritdoc/>
    public void Dispose() => _channel.Dispose();

    private CallOptions Call(TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var headers = _apiKey is null ? null : new Metadata { { "x-api-key", _apiKey } };
        return new CallOptions(headers, timeout is { } limit ? (_time.GetUtcNow() + limit).UtcDateTime : null, cancellationToken);
    }

    /// <summary>The request in the client's unit where it does not ask for one; the caller's own message is left as it is.</summary>
    private ExtractRequest WithUnit(ExtractRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (_offsetUnit == OffsetUnit.Unspecified || request.Options is { OffsetUnit: not OffsetUnit.Unspecified }) return request;
        var copy = request.Clone();
        copy.Options ??= new ExtractOptions();
        copy.Options.OffsetUnit = _offsetUnit;
        return copy;
    }

    private async Task SendAsync(IAsyncEnumerable<ExtractRequest> requests, IClientStreamWriter<ExtractRequest> stream, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var request in requests.WithCancellation(cancellationToken)) await stream.WriteAsync(WithUnit(request), cancellationToken);
        }
        finally
        {
            // Also when the documents end with an error: those sent before it are still answered.
            await stream.CompleteAsync();
        }
    }
}
