using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Time.Testing;
using NerService.Server.Ports;

namespace NerService.Server.Tests.Ports;

/// <summary>How a connection ends that the server is done with while its peer still sends.</summary>
public sealed class LingeringCloseTests : IAsyncLifetime
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly FakeTimeProvider _time = new();
    private readonly DefaultConnectionContext _connection = new();
    private Socket _peer = null!,
        _server = null!;

    public async ValueTask InitializeAsync()
    {
        using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        _peer = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await _peer.ConnectAsync(listener.LocalEndPoint!, Cancel);
        _server = await listener.AcceptAsync(Cancel);
        _connection.Features.Set<IConnectionSocketFeature>(new SocketOf(_server));
    }

    public ValueTask DisposeAsync()
    {
        _peer.Dispose();
        _server.Dispose();
        return _connection.DisposeAsync();
    }

    [Fact]
    public async Task A_peer_that_still_sends_reads_the_end_and_is_not_reset()
    {
        var closing = LingeringClose.After(_ => _server.SendAsync("why"u8.ToArray(), Cancel).AsTask(), _time)(_connection);
        await _peer.SendAsync(new byte[100_000], Cancel);
        _peer.Shutdown(SocketShutdown.Send);
        await closing.WithinLimitAsync();
        _server.Dispose();
        var read = new byte[10];
        Assert.Equal(3, await _peer.ReceiveAsync(read, Cancel));
        Assert.Equal(0, await _peer.ReceiveAsync(read, Cancel));
    }

    [Fact]
    public async Task A_peer_that_goes_on_for_ever_has_a_second()
    {
        var closing = LingeringClose.After(_ => Task.CompletedTask, _time)(_connection);
        await _peer.SendAsync(new byte[1], Cancel);
        _time.Advance(LingeringClose.Longest - TimeSpan.FromTicks(1));
        Assert.False(closing.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));
        await closing.WithinLimitAsync();
    }

    [Fact]
    public async Task A_peer_that_floods_is_not_read_on()
    {
        var closing = LingeringClose.After(_ => Task.CompletedTask, _time)(_connection);
        var sending = _peer.SendAsync(new byte[8 * LingeringClose.MostBytes], Cancel).AsTask();
        await closing.WithinLimitAsync();
        _server.Dispose();
        // Whether the system had taken all of it before does not matter.
        await Task.WhenAny(sending).WithinLimitAsync();
    }

    [Fact]
    public async Task A_peer_that_has_been_cut_off_is_not_waited_for()
    {
        await LingeringClose
            .After(
                _ =>
                {
                    _server.Dispose();
                    return Task.CompletedTask;
                },
                _time
            )(_connection)
            .WithinLimitAsync();
    }

    [Theory]
    [InlineData("http/1.1")]
    [InlineData("")]
    public async Task A_peer_of_http_1_is_closed_at_once(string protocol)
    {
        _connection.Features.Set<ITlsApplicationProtocolFeature>(new Negotiated(protocol));
        await LingeringClose.After(_ => Task.CompletedTask, _time)(_connection).WithinLimitAsync();
    }

    private sealed record SocketOf(Socket Socket) : IConnectionSocketFeature;

    private sealed record Negotiated(string Protocol) : ITlsApplicationProtocolFeature
    {
        public ReadOnlyMemory<byte> ApplicationProtocol => System.Text.Encoding.ASCII.GetBytes(Protocol);
    }
}
