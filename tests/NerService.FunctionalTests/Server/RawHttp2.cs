using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace NerService.FunctionalTests.Server;

/// <summary>
/// A connection on which HTTP/2 frames are sent as no client library would. Of what comes back only resets are kept; nothing is acknowledged, so that
/// beyond the first window no answer comes.
/// </summary>
internal sealed class RawHttp2 : IAsyncDisposable
{
    internal const byte Data = 0,
        Headers = 1,
        Reset = 3,
        Settings = 4,
        Ping = 6,
        Continuation = 9;

    internal const byte EndStream = 1,
        EndHeaders = 4;

    /// <summary>A setting by which nothing of an answer's body may come.</summary>
    internal static readonly byte[] NoWindow = [0, 4, 0, 0, 0, 0];

    private readonly Socket _socket;
    private readonly Task _reading;
    private readonly ConcurrentDictionary<int, int> _resets = new();

    private RawHttp2(Socket socket)
    {
        _socket = socket;
        _reading = ReadAsync();
    }

    /// <summary>Connects, and sends preface and settings.</summary>
    internal static async Task<RawHttp2> ConnectAsync(Uri server, params byte[] settings)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, server.Port, TestContext.Current.CancellationToken);
        var connection = new RawHttp2(socket);
        await connection.SendAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray());
        await connection.SendAsync(Frame(Settings, 0, 0, settings));
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
    internal static byte[] CallHeaders(string path = "/ner.v1.NerService/ExtractEntities", string contentType = "application/grpc") =>
        [
            .. Literal(":method", "POST"),
            .. Literal(":scheme", "http"),
            .. Literal(":path", path),
            .. Literal(":authority", "x"),
            .. Literal("content-type", contentType),
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

    /// <summary>The code by which the server has reset a stream; null when it has not.</summary>
    internal int? ResetOf(int stream) => _resets.TryGetValue(stream, out var code) ? code : null;

    /// <summary>Ends when the server has closed the connection.</summary>
    internal Task ClosedAsync() => _reading.WithinLimitAsync();

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _reading;
    }

    private async Task ReadAsync()
    {
        await using var stream = new NetworkStream(_socket);
        try
        {
            var (header, payload) = (new byte[9], new byte[16 * 1024]);
            while (true)
            {
                await stream.ReadExactlyAsync(header);
                var length = BinaryPrimitives.ReadInt32BigEndian(header) >> 8;
                await stream.ReadExactlyAsync(payload.AsMemory(0, length));
                if (header[3] == Reset)
                    _resets[BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(5))] = BinaryPrimitives.ReadInt32BigEndian(payload);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Closed by one side or the other.
        }
    }
}
