using System.Buffers;
using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace NerService.Server.Ports;

/// <summary>
/// One cleartext port that speaks HTTP/1.1 and HTTP/2. Kestrel gives a port without TLS one protocol only, because nothing negotiates it; here the
/// first bytes of a connection decide: HTTP/2 begins with <c>PRI </c> (RFC 9113, 3.4), which no HTTP/1 request does. Kestrel sees two endpoints, one
/// a protocol.
/// </summary>
internal sealed class SharedPort(PortEndPoint address) : IDisposable
{
    private PortEndPoint Address { get; } = address;

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Channel<ConnectionContext> _http1 = Channel.CreateUnbounded<ConnectionContext>();
    private readonly Channel<ConnectionContext> _http2 = Channel.CreateUnbounded<ConnectionContext>();
    private Task<IConnectionListener>? _listener;
    private Task _accepting = Task.CompletedTask;

    /// <summary>How long a new connection may stay silent before it is dropped.</summary>
    internal static readonly TimeSpan FirstBytesTimeout = TimeSpan.FromSeconds(30);

    /// <summary>The endpoint for HTTP/1.1.</summary>
    internal EndPoint Http1 => new ProtocolEndPoint(this, HttpProtocols.Http1);

    /// <summary>The endpoint for HTTP/2.</summary>
    internal EndPoint Http2 => new ProtocolEndPoint(this, HttpProtocols.Http2);

    public void Dispose() => _stopping.Dispose();

    private async Task<IConnectionListener> BindAsync(HttpProtocols protocol, CountedTransport sockets, CancellationToken cancellationToken)
    {
        Task<IConnectionListener> binding;
        lock (_gate)
            binding = _listener ??= OpenAsync(sockets, cancellationToken);
        return new ProtocolListener(this, await binding, protocol == HttpProtocols.Http1 ? _http1.Reader : _http2.Reader);
    }

    private async Task<IConnectionListener> OpenAsync(CountedTransport sockets, CancellationToken cancellationToken)
    {
        var listener = await sockets.BindAsync(Address, cancellationToken);
        _accepting = AcceptAsync(listener);
        return listener;
    }

    private async Task AcceptAsync(IConnectionListener listener)
    {
        while (await listener.AcceptAsync() is { } connection)
            _ = RouteAsync(connection);
        _http1.Writer.TryComplete();
        _http2.Writer.TryComplete();
    }

    private async Task RouteAsync(ConnectionContext connection)
    {
        try
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed, _stopping.Token);
            timeout.CancelAfter(FirstBytesTimeout);
            var protocol = await SniffAsync(connection, timeout.Token);
            if ((protocol == HttpProtocols.Http2 ? _http2 : _http1).Writer.TryWrite(connection))
                return;
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ConnectionAbortedException or ConnectionResetException)
        {
            // A peer that leaves or stays silent before its first request has asked nothing.
        }
        connection.Abort();
        await connection.DisposeAsync();
    }

    /// <summary>Looks at the first bytes without consuming them.</summary>
    internal static async Task<HttpProtocols> SniffAsync(ConnectionContext connection, CancellationToken cancellationToken)
    {
        var input = connection.Transport.Input;
        while (true)
        {
            var read = await input.ReadAsync(cancellationToken);
            var verdict = Judge(
                read.Buffer.IsSingleSegment ? read.Buffer.FirstSpan : read.Buffer.Slice(0, Math.Min(4, read.Buffer.Length)).ToArray()
            );
            if (verdict is null && !read.IsCompleted)
            {
                input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }
            input.AdvanceTo(read.Buffer.Start);
            return verdict ?? HttpProtocols.Http1;
        }
    }

    /// <summary>The protocol that the first bytes speak; null when there are too few to tell.</summary>
    internal static HttpProtocols? Judge(ReadOnlySpan<byte> first)
    {
        var preface = "PRI "u8;
        var common = Math.Min(first.Length, preface.Length);
        if (!first[..common].SequenceEqual(preface[..common]))
            return HttpProtocols.Http1;
        return common == preface.Length ? HttpProtocols.Http2 : null;
    }

    /// <summary>Stops accepting; the first of the two halves to be unbound closes the port for both.</summary>
    private async ValueTask UnbindAsync(IConnectionListener listener, CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await listener.UnbindAsync(cancellationToken);
        await _accepting;
    }

    /// <summary>One protocol's half of the port, as Kestrel is told to listen on it.</summary>
    private sealed class ProtocolEndPoint(SharedPort port, HttpProtocols protocol) : EndPoint
    {
        internal Task<IConnectionListener> BindAsync(CountedTransport sockets, CancellationToken cancellationToken) =>
            port.BindAsync(protocol, sockets, cancellationToken);

        public override string ToString() => $"{port.Address} ({protocol})";
    }

    /// <summary>Hands Kestrel the connections of one protocol.</summary>
    private sealed class ProtocolListener(SharedPort port, IConnectionListener listener, ChannelReader<ConnectionContext> connections)
        : IConnectionListener
    {
        public EndPoint EndPoint => listener.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            while (await connections.WaitToReadAsync(cancellationToken))
                if (connections.TryRead(out var connection))
                    return connection;
            return null;
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => port.UnbindAsync(listener, cancellationToken);

        public async ValueTask DisposeAsync()
        {
            await listener.DisposeAsync();
            port.Dispose();
        }
    }

    /// <summary>Binds the halves of shared ports.</summary>
    internal sealed class ListenerFactory(CountedTransport sockets) : IConnectionListenerFactory, IConnectionListenerFactorySelector
    {
        public bool CanBind(EndPoint endpoint) => endpoint is ProtocolEndPoint;

        public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
            await ((ProtocolEndPoint)endpoint).BindAsync(sockets, cancellationToken);
    }
}
