using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NerService.Server.Ports;

namespace NerService.Server.Tests.Ports;

public sealed class ConnectionLimitTests
{
    [Theory]
    // Few: every one may be a caller's.
    [InlineData(5, null, 5, 5)]
    // One in ten is kept for operators, eight at most.
    [InlineData(50, null, 45, 50)]
    [InlineData(10_000, null, 9_992, 10_000)]
    // What the system allows goes before what is configured, and before any number.
    [InlineData(10_000, 1_024L, 504, 512)]
    [InlineData(0, 1_024L, 504, 512)]
    // Less than the process itself needs: one is better than none.
    [InlineData(10_000, 64L, 1, 1)]
    public void Connections_are_counted_over_both_ports_and_a_few_are_kept_for_operators(int configured, long? descriptors, int callers, int all)
    {
        var limit = new ConnectionLimit(configured, descriptors, admin: true);
        for (var i = 0; i < callers; i++)
            Assert.True(limit.TryEnter(EndpointRole.Public));
        Assert.False(limit.TryEnter(EndpointRole.Public));
        for (var i = callers; i < all; i++)
            Assert.True(limit.TryEnter(EndpointRole.Admin));
        Assert.False(limit.TryEnter(EndpointRole.Admin));
        Assert.Equal(all, limit.Open);
        limit.Leave();
        Assert.True(limit.TryEnter(EndpointRole.Admin));
    }

    [Fact]
    public void Without_an_admin_port_nothing_is_kept_for_it()
    {
        var limit = new ConnectionLimit(100, null, admin: false);
        Assert.All(Enumerable.Range(0, 100), _ => Assert.True(limit.TryEnter(EndpointRole.Public)));
        Assert.False(limit.TryEnter(EndpointRole.Public));
    }

    [Fact]
    public async Task A_connection_beyond_the_limit_is_closed_at_once_and_the_next_one_that_fits_is_taken()
    {
        var limit = new ConnectionLimit(1, null, admin: false);
        using var first = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using var second = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using var third = new Socket(SocketType.Stream, ProtocolType.Tcp);
        var waiting = new Queue<Func<Socket>>([
            () => first,
            () => second,
            () =>
            {
                limit.Leave();
                return third;
            },
        ]);
        var acceptor = Acceptor(_ => ValueTask.FromResult(waiting.Dequeue()()), limit, new FakeTimeProvider());
        Assert.Same(first, await acceptor.AcceptAsync(CancellationToken.None));
        Assert.Same(third, await acceptor.AcceptAsync(CancellationToken.None));
        Assert.True(second.SafeHandle.IsClosed);
        Assert.Equal(1, limit.Open);
    }

    [Fact]
    public async Task Out_of_descriptors_the_process_rests_before_it_asks_again_and_takes_connections_when_there_are_some()
    {
        var clock = new FakeTimeProvider();
        var attempts = 0;
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        var acceptor = Acceptor(
            _ => ++attempts < 4 ? throw new SocketException((int)SocketError.TooManyOpenSockets) : ValueTask.FromResult(socket),
            new ConnectionLimit(0, null, admin: false),
            clock
        );
        var accepting = acceptor.AcceptAsync(CancellationToken.None);
        for (var rest = 1; rest < 4; rest++)
        {
            // However long nothing moves the clock, nothing is asked again.
            Assert.Equal(rest, attempts);
            clock.Advance(NerService.Server.Ports.Acceptor.Rest / 2);
            Assert.Equal(rest, attempts);
            clock.Advance(NerService.Server.Ports.Acceptor.Rest / 2);
        }
        Assert.Same(socket, await accepting.WithinLimitAsync());
    }

    [Fact]
    public async Task A_connection_that_left_before_its_turn_is_passed_over_and_a_closed_port_ends_it()
    {
        var errors = new Queue<Exception>([
            new SocketException((int)SocketError.ConnectionAborted),
            new SocketException((int)SocketError.ConnectionReset),
            new ObjectDisposedException("socket"),
        ]);
        var acceptor = Acceptor(_ => throw errors.Dequeue(), new ConnectionLimit(0, null, admin: false), new FakeTimeProvider());
        Assert.Null(await acceptor.AcceptAsync(CancellationToken.None));
        Assert.Empty(errors);
    }

    private static Acceptor Acceptor(Func<CancellationToken, ValueTask<Socket>> accept, ConnectionLimit limit, TimeProvider time) =>
        new(accept, limit, EndpointRole.Public, time, NullLogger<Acceptor>.Instance);
}
