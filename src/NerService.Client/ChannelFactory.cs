using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Balancer;
using Grpc.Net.Client.Configuration;
using Microsoft.Extensions.Logging;

namespace NerService.Client;

/// <summary>Makes the channel that options describe.</summary>
internal static class ChannelFactory
{
    /// <summary>How long a lost health watch waits before it asks again.</summary>
    private static readonly TimeSpan WatchPause = TimeSpan.FromSeconds(1);

    internal static GrpcChannel Create(NerClientOptions options, ILoggerFactory? loggers, TimeProvider time)
    {
        options.Validate();
        var addresses = options.Addresses.Count > 0 ? [.. options.Addresses] : new[] { NerClientOptions.DefaultAddress };
        var channel = Options(options, addresses[0], loggers);
        channel.ServiceConfig = Config(options);
        channel.MaxRetryAttempts = options.MaxAttempts;
        if (addresses.Length == 1)
            return GrpcChannel.ForAddress(addresses[0], channel);
        channel.ServiceProvider = new Resolvers(
            new HealthResolver.Factory(addresses, address => GrpcChannel.ForAddress(address, Options(options, address, loggers)), WatchPause, time)
        );
        return GrpcChannel.ForAddress($"{HealthResolver.Scheme}:///ner", channel);
    }

    private static GrpcChannelOptions Options(NerClientOptions options, Uri address, ILoggerFactory? loggers)
    {
        // Many calls at once do not wait for one connection's streams; a connection that died is noticed though nobody calls.
        var handler = new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = TimeSpan.FromSeconds(60),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(30),
        };
        options.ConfigureHandler?.Invoke(handler);
        return new GrpcChannelOptions
        {
            MaxReceiveMessageSize = options.MaxReceiveMessageBytes,
            LoggerFactory = loggers,
            Credentials = address.Scheme == "https" || options.UseTlsForDns ? ChannelCredentials.SecureSsl : ChannelCredentials.Insecure,
            HttpHandler = handler,
            DisposeHttpClient = true,
        };
    }

    /// <summary>Retries and balancing as gRPC's service config has them. Extraction has no effects, so trying it again is always right.</summary>
    private static ServiceConfig Config(NerClientOptions options)
    {
        var config = new ServiceConfig { LoadBalancingConfigs = { new RoundRobinConfig() } };
        if (options.MaxAttempts == 1)
            return config;
        config.MethodConfigs.Add(
            new MethodConfig
            {
                Names = { MethodName.Default },
                RetryPolicy = new RetryPolicy
                {
                    MaxAttempts = options.MaxAttempts,
                    InitialBackoff = options.InitialBackoff,
                    MaxBackoff = options.MaxBackoff,
                    BackoffMultiplier = 2,
                    RetryableStatusCodes = { StatusCode.Unavailable, StatusCode.ResourceExhausted },
                },
            }
        );
        return config;
    }

    /// <summary>The one service that a channel looks for.</summary>
    private sealed class Resolvers(ResolverFactory factory) : IServiceProvider
    {
        public object? GetService(Type serviceType) => serviceType == typeof(IEnumerable<ResolverFactory>) ? new[] { factory } : null;
    }
}
