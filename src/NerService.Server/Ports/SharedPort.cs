using System.Buffers;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace NerService.Server.Ports;

/// <summary>
/// One cleartext port that speaks HTTP/1.1 and HTTP/2. Kestrel gives a port without TLS one protocol only, because nothing negotiates it; here the
/// first bytes of a connection decide: HTTP/2 begins with <c>PRI </c> (RFC 9113, 3.4), which no HTTP/1 request does. Kestrel listens at the port for
/// HTTP/1.1, and for HTTP/2 where nobody connects: the handler that it makes there is handed the port's connections that speak it.
/// </summary>
internal static class SharedPort
{
    /// <summary>How long a new connection may stay silent before it is dropped.</summary>
    internal static readonly TimeSpan FirstBytesTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Listens at a port.</summary>
    internal static void Listen(KestrelServerOptions options, PortEndPoint port, TimeProvider time)
    {
        var http2 = new TaskCompletionSource<ConnectionDelegate>(TaskCreationOptions.RunContinuationsAsynchronously);
        options.Listen(
            port,
            listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.Use(http1 => connection => RouteAsync(connection, http1, http2.Task));
            }
        );
        options.Listen(
            new Nowhere(port),
            listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                listen.Use(handler =>
                {
                    http2.SetResult(LingeringClose.After(handler, time));
                    return handler;
                });
            }
        );
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

    private static async Task RouteAsync(ConnectionContext connection, ConnectionDelegate http1, Task<ConnectionDelegate> http2)
    {
        HttpProtocols protocol;
        try
        {
            var closing = connection.Features.GetRequiredFeature<IConnectionLifetimeNotificationFeature>().ConnectionClosedRequested;
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed, closing);
            timeout.CancelAfter(FirstBytesTimeout);
            protocol = await SniffAsync(connection, timeout.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ConnectionAbortedException)
        {
            // A peer that leaves or stays silent before its first request has asked nothing.
            connection.Abort();
            return;
        }
        await (protocol == HttpProtocols.Http2 ? await http2 : http1)(connection);
    }

    /// <summary>Looks at the first bytes without consuming them.</summary>
    private static async Task<HttpProtocols> SniffAsync(ConnectionContext connection, CancellationToken cancellationToken)
    {
        var input = connection.Transport.Input;
        while (true)
        {
            var read = await input.ReadAsync(cancellationToken);
            var verdict = Judge(read.Buffer.Slice(0, Math.Min(4, read.Buffer.Length)).ToArray());
            if (verdict is null && !read.IsCompleted)
            {
                input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }
            input.AdvanceTo(read.Buffer.Start);
            return verdict ?? HttpProtocols.Http1;
        }
    }

    /// <summary>Where nobody connects.</summary>
    internal sealed class Nowhere(PortEndPoint port) : EndPoint, IConnectionListener
    {
        private readonly TaskCompletionSource<ConnectionContext?> _unbound = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>What operators are told: the port whose connections are handled.</summary>
        EndPoint IConnectionListener.EndPoint => port;

        public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) => new(_unbound.Task);

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            _unbound.TrySetResult(null);
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync() => UnbindAsync();
    }
}
