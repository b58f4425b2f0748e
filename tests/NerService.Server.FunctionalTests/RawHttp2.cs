using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace NerService.Server.FunctionalTests;

/// <summary>
/// A connection on which HTTP/2 frames are sent as no client library would. What comes back is read and dropped, until the server closes.
/// </summary>
internal sealed class RawHttp2 : IAsyncDisposable
{
    internal const byte Headers = 1,
        Reset = 3,
        Settings = 4,
        Ping = 6,
        Continuation = 9;

    internal const byte EndHeaders = 4;

    private readonly Socket _socket;
    private readonly Task _reading;

    private RawHttp2(Socket socket) => (_socket, _reading) = (socket, DropAsync(socket));

    /// <summary>Connects, and sends preface and settings.</summary>
    internal static async Task<RawHttp2> ConnectAsync(Uri server)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, server.Port, TestContext.Current.CancellationToken);
        var connection = new RawHttp2(socket);
        await connection.SendAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray());
        await connection.SendAsync(Frame(Settings, 0, 0, []));
        return connection;
    }

    internal static byte[] Frame(byte type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        (frame[3], frame[4]) = (type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsSpan(9));
        return frame;
    }

    /// <summary>The headers of a call, uncompressed.</summary>
    internal static byte[] CallHeaders() =>
        [
            .. Literal(":method", "POST"),
            .. Literal(":scheme", "http"),
            .. Literal(":path", "/ner.v1.NerService/ExtractEntities"),
            .. Literal(":authority", "x"),
            .. Literal("content-type", "application/grpc"),
            .. Literal("te", "trailers"),
        ];

    /// <summary>A header field that is compressed by nothing; name and value below 127 bytes.</summary>
    internal static byte[] Literal(string name, string value) =>
        [0, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];

    /// <summary>Sends.</summary>
    /// <returns>Whether the server still takes it.</returns>
    internal async Task<bool> SendAsync(byte[] bytes)
    {
        try
        {
            await _socket.SendAsync(bytes, TestContext.Current.CancellationToken).AsTask().WithinLimitAsync();
            return !_reading.IsCompleted;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Ends when the server has closed the connection.</summary>
    internal Task ClosedAsync() => _reading.WithinLimitAsync();

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _reading;
    }

    private static async Task DropAsync(Socket socket)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await socket.ReceiveAsync(buffer) > 0)
                continue;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Closed by one side or the other.
        }
    }
}
