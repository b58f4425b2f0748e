using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using NerService.Server.Memory;

namespace NerService.Server.Ports;

/// <summary>
/// The sockets of both ports. Kestrel's own transport neither counts a connection before its first request, nor rests when the process is out of
/// descriptors, nor tells what its buffers hold; here connections are counted when they are accepted (<see cref="ConnectionLimit"/>) and the buffers
/// of requests are within the budget (<see cref="ByteBudget"/>).
/// </summary>
internal sealed class CountedTransport(
    ConnectionLimit limit,
    ByteBudget budget,
    IMemoryPoolFactory<byte> pools,
    TimeProvider time,
    ILoggerFactory loggers
) : IConnectionListenerFactory, IConnectionListenerFactorySelector, IDisposable
{
    /// <summary>
    /// What a connection may have buffered of what was received, and of what is to be sent, before Kestrel sees it: outside of the budget, so not
    /// much.
    /// </summary>
    private const long ConnectionBufferBytes = 32 * 1024;

    private const int Backlog = 512;

    private readonly SocketConnectionContextFactory _connections = new(
        new SocketConnectionFactoryOptions { MaxReadBufferSize = ConnectionBufferBytes, MaxWriteBufferSize = ConnectionBufferBytes },
        loggers.CreateLogger<CountedTransport>()
    );

    private readonly CountedMemoryPool _pool = new(pools.Create(), budget);
    private readonly ConcurrentDictionary<EndpointRole, Socket> _open = new();

    /// <summary>Opens a port ahead of the web server, which takes it over; so a port that is taken is an error of its own.</summary>
    /// <exception cref="SocketException">The port cannot be opened.</exception>
    internal void Open(PortEndPoint endpoint) => _open[endpoint.Role] = Listen(endpoint);

    public bool CanBind(EndPoint endpoint) => endpoint is PortEndPoint or SharedPort.Nowhere;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        if (endpoint is SharedPort.Nowhere nowhere)
            return ValueTask.FromResult<IConnectionListener>(nowhere);
        var port = (PortEndPoint)endpoint;
        var socket = _open.TryRemove(port.Role, out var open) ? open : Listen(port);
        port.Port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        var acceptor = new Acceptor(cancellation => socket.AcceptAsync(cancellation), limit, port.Role, time, loggers.CreateLogger<Acceptor>());
        return ValueTask.FromResult<IConnectionListener>(new Listener(socket, acceptor, port, this));
    }

    public void Dispose()
    {
        foreach (var socket in _open.Values)
            socket.Dispose();
        _connections.Dispose();
        _pool.Dispose();
    }

    private static Socket Listen(PortEndPoint endpoint)
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        socket.Listen(Backlog);
        return socket;
    }

    /// <summary>Makes an accepted socket a connection.</summary>
    /// <returns>Null when its peer has reset it meanwhile: that is no reason to stop accepting.</returns>
    private ConnectionContext? Connect(Socket socket, PortEndPoint port)
    {
        try
        {
            socket.NoDelay = true;
            var connection = _connections.Create(socket);
            connection.Features.Set<IMemoryPoolFeature>(_pool);
            connection.Features.Set(port);
            connection.ConnectionClosed.UnsafeRegister(static limit => ((ConnectionLimit)limit!).Leave(), limit);
            return connection;
        }
        catch (SocketException)
        {
            socket.Dispose();
            limit.Leave();
            return null;
        }
    }

    private sealed class Listener(Socket socket, Acceptor acceptor, PortEndPoint port, CountedTransport transport) : IConnectionListener
    {
        // The local address is not told any more once the socket is closed.
        public EndPoint EndPoint { get; } = socket.LocalEndPoint!;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            while (await acceptor.AcceptAsync(cancellationToken) is { } accepted)
                if (transport.Connect(accepted, port) is { } connection)
                    return connection;
            return null;
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            socket.Dispose();
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync() => UnbindAsync();
    }
}
