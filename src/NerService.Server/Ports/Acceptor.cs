using System.Net.Sockets;

namespace NerService.Server.Ports;

/// <summary>Takes connections from a listening socket: closes those beyond the limit at once, and rests when the system gives no more.</summary>
/// <param name="accept">Waits for the next connection.</param>
/// <param name="limit">Counts them.</param>
/// <param name="role">The port's.</param>
/// <param name="time">The clock of the rests.</param>
/// <param name="logger">Is told why a connection was not taken.</param>
internal sealed class Acceptor(
    Func<CancellationToken, ValueTask<Socket>> accept,
    ConnectionLimit limit,
    EndpointRole role,
    TimeProvider time,
    ILogger<Acceptor> logger
)
{
    /// <summary>
    /// How long nothing is accepted after the system was out of descriptors or buffers: asking again at once would only use a core.
    /// </summary>
    internal static readonly TimeSpan Rest = TimeSpan.FromSeconds(0.5);

    /// <summary>The next connection within the limit; null when the socket was closed.</summary>
    internal async Task<Socket?> AcceptAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var socket = await accept(cancellationToken);
                if (limit.TryEnter(role))
                    return socket;
                logger.LogWarning(
                    "A connection was closed at once: {Open} are open, as many as Ner:Limits:MaxConnections and the system's limit of open "
                        + "files allow",
                    limit.Open
                );
                // Reset, so that the port's side of it is not remembered.
                socket.Close(timeout: 0);
            }
            catch (ObjectDisposedException)
            {
                return null;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.OperationAborted or SocketError.NotSocket)
            {
                return null;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionAborted or SocketError.ConnectionReset)
            {
                // It left before it was its turn.
            }
            catch (SocketException e)
            {
                logger.LogWarning("No connection can be accepted for now: {Reason}", e.Message);
                await Task.Delay(Rest, time, cancellationToken);
            }
        }
    }
}
