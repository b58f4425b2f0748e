using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Balancer;
using Grpc.Net.Client.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace NerService.Client;

/// <summary>Makes the channel that options describe.</summary>
internal static class ChannelFactory
{
    internal static GrpcChannel Create(NerClientOptions options, ILoggerFactory? loggers)
    {
        options.Validate();
        var addresses = options.Addresses.Count > 0 ? options.Addresses : [new Uri("http://localhost:5051")];
        var channel = new GrpcChannelOptions
        {
            MaxReceiveMessageSize = options.MaxReceiveMessageBytes,
            LoggerFactory = loggers,
            ServiceConfig = Config(options),
            MaxRetryAttempts = options.MaxAttempts,
            Credentials = addresses[0].Scheme == "https" || options.UseTlsForDns ? ChannelCredentials.SecureSsl : ChannelCredentials.Insecure,
            // Many calls at once do not wait for one connection's streams; a connection that died is noticed though nobody calls.
            HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true, KeepAlivePingDelay = TimeSpan.FromSeconds(60), KeepAlivePingTimeout = TimeSpan.FromSeconds(30) },
            DisposeHttpClient = true,
        };
        if (addresses.Count == 1) return GrpcChannel.ForAddress(addresses[0], channel);
        var balanced = addresses.Select(a => new BalancerAddress(a.Host, a.Port)).ToArray();
        channel.ServiceProvider = new ServiceCollection().AddSingleton<ResolverFactory>(new StaticResolverFactory(_ => balanced)).BuildServiceProvider();
        return GrpcChannel.ForAddress("static:///ner", channel);
    }

    /// <summary>Retries and balancing as gRPC's service config has them. Extraction has no effects, so trying it again is always right.</summary>
    private static ServiceConfig Config(NerClientOptions options)
    {
        var config = new ServiceConfig { LoadBalancingConfigs = { new RoundRobinConfig() } };
        if (options.MaxAttempts == 1) return config;
        config.MethodConfigs.Add(new MethodConfig
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
        });
        return config;
    }
}
