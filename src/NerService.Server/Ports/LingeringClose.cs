using System.Buffers;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace NerService.Server.Ports;

/// <summary>
/// Reads on, for a moment, what a peer still sends when the server is done with its connection. A socket that is closed over unread bytes is reset,
/// and a peer that is reset while it writes may never read the answers that came before, nor the reason why its stream was ended (RFC 9112, 9.6, says
/// so of HTTP/1.1, which the web server sees to; it is so below HTTP/2 as well).
/// </summary>
internal static class LingeringClose
{
    /// <summary>How long a peer that does not close is read on.</summary>
    internal static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    /// <summary>How much of it is read: twice what flow control lets a peer send ahead; one that sends more is after something else.</summary>
    internal const int MostBytes = 2 * KestrelSetup.ConnectionWindowBytes;

    /// <summary>Reads on after a handler of connections that spoke HTTP/2: a peer of HTTP/1.1 may wait for the server to close first.</summary>
    internal static ConnectionDelegate After(ConnectionDelegate handler, TimeProvider time) =>
        async connection =>
        {
            await handler(connection);
            var tls = connection.Features.Get<ITlsApplicationProtocolFeature>();
            if (tls is null || tls.ApplicationProtocol.Span.SequenceEqual("h2"u8))
                await ReadOnAsync(connection.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket, time);
        };

    private static async Task ReadOnAsync(Socket socket, TimeProvider time)
    {
        using var limit = new CancellationTokenSource(Longest, time);
        var buffer = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            var (read, all) = (0, 0);
            while ((read = await socket.ReceiveAsync(buffer, limit.Token)) > 0 && all < MostBytes)
                all += read;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // It has left, was closed meanwhile, or has had its time.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
