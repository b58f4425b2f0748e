using Grpc.AspNetCore.HealthChecks;
using Grpc.AspNetCore.Server;
using Grpc.Health.V1;
using Grpc.HealthCheck;
using Grpc.Reflection;
using Grpc.Reflection.V1Alpha;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using NerService.Extraction.Pipeline;
using NerService.Extraction.Snapshots;
using NerService.Server.Calls;
using NerService.Server.Errors;
using NerService.Server.Http;
using NerService.Server.Lifecycle;
using NerService.Server.Memory;
using NerService.Server.Options;
using NerService.Server.Ports;
using NerService.Server.Security;
using NerService.Server.Telemetry;

namespace NerService.Server;

/// <summary>Puts the server together.</summary>
internal static class ServerHost
{
    /// <summary>The version of this build.</summary>
    internal static string Version { get; } = typeof(ServerHost).Assembly.GetName().Version!.ToString(3);

    internal static void AddNerServer(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddNerOptions();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<ILoggerFactory>(provider => new RateLimitedLoggerFactory(
            new LoggerFactory(
                provider.GetServices<ILoggerProvider>(),
                provider.GetRequiredService<IOptionsMonitor<LoggerFilterOptions>>(),
                provider.GetRequiredService<IOptions<LoggerFactoryOptions>>()
            ),
            provider.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton<ExitCode>();
        services.AddSingleton<ServingState>();
        services.AddSingleton<SnapshotSource>();
        services.AddSingleton<SnapshotStore>();
        services.AddSingleton<EntityExtractor>();
        services.AddSingleton<ServerMetrics>();
        services.AddSingleton<CallErrors>();
        services.AddSingleton<DocumentService>();
        services.AddSingleton<SnapshotReloader>();
        services.AddSingleton<ApiKeyStore>();
        services.AddSingleton<TlsCertificates>();
        services.AddSingleton<IWatchedFiles>(provider => provider.GetRequiredService<SnapshotReloader>());
        services.AddSingleton<IWatchedFiles>(provider => provider.GetRequiredService<ApiKeyStore>());
        services.AddSingleton<IWatchedFiles>(provider => provider.GetRequiredService<TlsCertificates>());
        services.AddHostedService<DrainService>();
        // The watch looks first: what changes while the model is loaded is then seen.
        services.AddHostedService<FileWatchService>();
        services.AddHostedService<ModelLoadService>();
        services
            .AddOptions<HostOptions>()
            .Configure<IOptions<ShutdownOptions>>(
                (host, shutdown) => host.ShutdownTimeout = TimeSpan.FromSeconds(shutdown.Value.DelaySeconds + shutdown.Value.DrainSeconds)
            );

        services.AddSingleton<ByteBudget>();
        services.AddSingleton<ConnectionLimit>();
        services.AddSingleton<CountedTransport>();
        services.AddSingleton<IConnectionListenerFactory>(provider => provider.GetRequiredService<CountedTransport>());
        services.AddSingleton<IConfigureOptions<KestrelServerOptions>, KestrelSetup>();
        services.AddGrpc();
        services.AddHealthChecks();
        services.AddSingleton<HealthServiceImpl>();
        // ServingState alone decides; no health check is run.
        services.Configure<GrpcHealthChecksOptions>(options => options.UseHealthChecksCache = true);
        services
            .AddOptions<GrpcServiceOptions>()
            .Configure<IOptions<LimitsOptions>>(
                (grpc, limits) =>
                {
                    grpc.MaxReceiveMessageSize = limits.Value.MaxMessageBytes;
                    grpc.Interceptors.Add<HandlerErrors>();
                    // Says why a message could not be read; what handlers throw is told by HandlerErrors.
                    grpc.EnableDetailedErrors = true;
                }
            );
        // Callers are told of what is theirs: without these, reflection would list every service, the admin port's too.
        Google.Protobuf.Reflection.ServiceDescriptor[] offered = [Contracts.V1.NerService.Descriptor, Health.Descriptor, ServerReflection.Descriptor];
        services.AddSingleton(new ReflectionServiceImpl(offered));
        services.AddSingleton(new ReflectionV1ServiceImpl(offered));
        services.AddGrpcReflection();
        services.AddNerHttp();
        builder.AddNerTelemetry();
    }

    internal static void MapNerServer(this WebApplication app)
    {
        app.UseRouting();
        app.UseEndpointRoles();
        app.UseMiddleware<AnswerBudget>();
        app.UseNerHttp();
        app.UseMiddleware<CallAccounting>();
        app.UseMiddleware<CallerGate>();
        app.UseMiddleware<RequestBudget>();
        app.UseMiddleware<JsonRequests>();
        app.MapGrpcService<NerGrpcService>();
        app.MapGrpcHealthChecksService().WithMetadata(new AnyPortAttribute());
        app.MapGrpcReflectionService();
        app.MapNerHttp();
        app.MapGrpcService<ReloadGrpcService>().WithMetadata(new AdminOnlyAttribute());
        app.MapNerTelemetry(new AdminOnlyAttribute());
        app.MapGet("/health/live", () => Results.Text("alive\n")).WithMetadata(new AdminOnlyAttribute());
        app.MapGet(
                "/health/ready",
                (ServingState state) => Results.Text($"{state.Phase}\n", statusCode: state.Phase == ServingPhase.Serving ? 200 : 503)
            )
            .WithMetadata(new AdminOnlyAttribute());
    }

    /// <summary>Runs until the process is told to stop.</summary>
    /// <returns>The exit code: 0 after an orderly stop, <see cref="ExitCode.NothingToServe"/> when nothing could be served, or one of
    /// <see cref="StartCheck"/>.</returns>
    internal static async Task<int> RunNerServerAsync(this WebApplication app)
    {
        if (StartCheck.Run(app.Services) is { } failed)
            return failed;
        app.Lifetime.ApplicationStarted.Register(() => LogAddresses(app));
        var exitCode = app.Services.GetRequiredService<ExitCode>();
        try
        {
            await app.RunAsync();
        }
        catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // Told to stop while it was starting.
        }
        return exitCode.Value;
    }

    /// <summary>Says what to open, once for each port: with the port that is really open, and an address that a browser takes.</summary>
    private static void LogAddresses(WebApplication app)
    {
        var ports = app.Urls.Select(url => new UriBuilder(url)).DistinctBy(url => url.Port).ToList();
        foreach (var port in ports.Where(port => port.Host is "[::]" or "0.0.0.0"))
            port.Host = "localhost";
        app.Logger.LogInformation(
            "Listening: {Callers} for callers, {Operators} for operators",
            ports[0].Uri.GetLeftPart(UriPartial.Authority),
            ports.Count > 1 ? ports[1].Uri.GetLeftPart(UriPartial.Authority) : "no port"
        );
    }
}
