using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Grpc.Net.Client.Balancer;

namespace NerService.Client;

/// <summary>
/// Resolves to those of the servers that say they are serving (gRPC health protocol, watched). A server that cannot be asked stays in: whether it can
/// be reached the balancer sees by itself, and a server without health checks is taken at its word. When none serves all are in, so that a call's
/// error is theirs.
/// </summary>
internal sealed class HealthResolver(IReadOnlyList<Uri> addresses, Func<Uri, GrpcChannel> connect, TimeSpan pause, TimeProvider time) : Resolver
{
    internal const string Scheme = "ner";

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _disposed = new();
    private readonly bool[] _notServing = new bool[addresses.Count];
    private Action<ResolverResult>? _listener;

    public override void Start(Action<ResolverResult> listener)
    {
        _listener = listener;
        Publish();
        for (var i = 0; i < addresses.Count; i++)
            _ = WatchAsync(i, _disposed.Token);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _disposed.Cancel();
        base.Dispose(disposing);
    }

    /// <summary>Follows a server's health until the resolver is disposed, through every loss of the connection.</summary>
    private async Task WatchAsync(int index, CancellationToken cancellationToken)
    {
        using var channel = connect(addresses[index]);
        var health = new Health.HealthClient(channel);
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                using var watch = health.Watch(new HealthCheckRequest(), new CallOptions(cancellationToken: cancellationToken).WithWaitForReady());
                while (await watch.ResponseStream.MoveNext(cancellationToken))
                    Set(index, watch.ResponseStream.Current.Status == HealthCheckResponse.Types.ServingStatus.NotServing);
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Unimplemented)
            {
                return;
            }
            catch (RpcException)
            {
                // The connection is lost, and with it what the server said last.
                Set(index, notServing: false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            // A server that drains ends the watch itself; its last word holds until it, or the one that takes its place, says another.
            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Set(int index, bool notServing)
    {
        lock (_gate)
        {
            if (_notServing[index] == notServing || _disposed.IsCancellationRequested)
                return;
            _notServing[index] = notServing;
            Publish();
        }
    }

    private void Publish()
    {
        var serving = addresses.Where((_, i) => !_notServing[i]).ToList();
        _listener!(ResolverResult.ForResult([.. (serving.Count > 0 ? serving : addresses).Select(Balanced)]));
    }

    private static BalancerAddress Balanced(Uri address)
    {
        var balanced = new BalancerAddress(address.Host, address.Port);
        // The name that a TLS certificate must be for and that the call's authority gives: the server's own, not the whole list's.
        balanced.Attributes.Set(new BalancerAttributesKey<string>("HostOverride"), address.Authority);
        return balanced;
    }

    /// <summary>Makes the resolver of one client.</summary>
    internal sealed class Factory(IReadOnlyList<Uri> addresses, Func<Uri, GrpcChannel> connect, TimeSpan pause, TimeProvider time) : ResolverFactory
    {
        public override string Name => Scheme;

        public override Resolver Create(ResolverOptions options) => new HealthResolver(addresses, connect, pause, time);
    }
}
