using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using NerService.Extraction;
using NerService.Server.Admission;
using NerService.Server.Hosting.Transport;
using NerService.Server.Http;
using NerService.Server.Reload;
using NerService.Server.Security;
using NerService.Server.Services;
using NerService.Server.Telemetry;
using NerService.Server.Validation;

namespace NerService.Server.Hosting;

/// <summary>Puts the server together.</summary>
internal static class ServerHost
{
    internal static void AddNerServer(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddChecked<ModelOptions>();
        services.AddChecked<GazetteerOptions>();
        services.AddChecked<BatchingOptions>();
        services.AddChecked<LimitsOptions>();
        services.AddChecked<AdmissionOptions>();
        services.AddChecked<EndpointOptions>();
        services.AddChecked<HttpOptions>();
        services.AddChecked<SecurityOptions>();
        services.AddChecked<ReloadOptions>();
        services.AddChecked<TelemetryOptions>();
        services.AddChecked<ShutdownOptions>();

        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<ExitCode>();
        services.AddSingleton<ServingState>();
        services.AddSingleton<SnapshotSource>();
        services.AddSingleton<SnapshotStore>();
        services.AddSingleton(provider => new EntityExtractor(provider.GetRequiredService<SnapshotStore>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ServerMetrics>();
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
        services.AddOptions<HostOptions>().Configure<IOptions<ShutdownOptions>>((host, shutdown) =>
            host.ShutdownTimeout = TimeSpan.FromSeconds(shutdown.Value.DelaySeconds + shutdown.Value.DrainSeconds));

        services.AddSingleton<IConnectionListenerFactory, SharedPort.ListenerFactory>();
        services.AddSingleton<IConfigureOptions<KestrelServerOptions>, KestrelSetup>();
        services.AddGrpc();
        services.AddOptions<GrpcServiceOptions>().Configure<IOptions<LimitsOptions>>((grpc, limits) =>
        {
            grpc.MaxReceiveMessageSize = limits.Value.MaxMessageBytes;
            grpc.Interceptors.Add<HandlerErrors>();
            // Says what a message could not be read for; what handlers throw is told by HandlerErrors.
            grpc.EnableDetailedErrors = true;
        });
        services.AddGrpcReflection();
        services.AddNerHttp();
        builder.AddNerTelemetry();
    }

    internal static void MapNerServer(this WebApplication app)
    {
        app.UseRouting();
        app.UseEndpointRoles();
        app.UseNerHttp();
        app.UseMiddleware<CallAccounting>();
        app.UseMiddleware<CallerGate>();
        app.MapGrpcService<NerGrpcService>();
        app.MapGrpcService<HealthGrpcService>().WithMetadata(new AnyPortAttribute());
        app.MapGrpcReflectionService();
        app.MapNerHttp();
        app.MapGrpcService<ReloadGrpcService>().WithMetadata(new AdminOnlyAttribute());
        app.MapNerTelemetry(new AdminOnlyAttribute());
        app.MapGet("/health/live", () => Results.Text("alive\n")).WithMetadata(new AdminOnlyAttribute());
        app.MapGet("/health/ready", (ServingState state) => Results.Text($"{state.Phase}\n", statusCode: state.Phase == ServingPhase.Serving ? 200 : 503)).WithMetadata(new AdminOnlyAttribute());
    }

    /// <summary>Runs until the process is told to stop.</summary>
    /// <returns>The exit code: 0 after an orderly stop, <see cref="ModelLoadService.LoadFailedExitCode"/> when nothing could be served, 4 when a port cannot be opened.</returns>
    internal static async Task<int> RunNerServerAsync(this WebApplication app)
    {
        var exitCode = app.Services.GetRequiredService<ExitCode>();
        try
        {
            await app.RunAsync();
        }
        catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // Told to stop while it was starting.
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            await Console.Error.WriteLineAsync($"The server cannot listen ({EndpointOptions.Section}): {e.Message}");
            return 4;
        }
        return exitCode.Value;
    }
}
