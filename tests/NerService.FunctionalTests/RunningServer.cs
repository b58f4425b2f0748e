using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NerService.Server;
using NerService.Server.Options;
using Xunit.v3;
using V1 = NerService.Contracts.V1;

[assembly: AssemblyFixture(typeof(NerService.FunctionalTests.SharedServer))]
// Many tests wait more than they compute.
[assembly: Parallelization(MaxThreads = 4)]

namespace NerService.FunctionalTests;

/// <summary>
/// A server in this process, on free ports of the loopback interface, put together exactly as Program.cs does. Unless a test asks for what is
/// shipped, it serves <see cref="SmallModel"/> without a gazetteer, which knows the people of <see cref="Samples.News"/> and the city.
/// </summary>
internal sealed class RunningServer : IAsyncDisposable
{
    /// <summary>Options that the small model is served by.</summary>
    internal static readonly string[] Small = [$"Model:Folder={SmallModel.Folder}", "Gazetteer:Folder="];

    /// <summary>
    /// Options that the model and the names of the repository are served by: for tests of what is answered, and for those that need a model that
    /// takes its time, because they look at what happens meanwhile.
    /// </summary>
    internal static readonly string[] Shipped = ["Model:Folder=models/arabic-news", "Gazetteer:Folder=models/gazetteer"];

    private readonly WebApplication _app;
    private readonly CapturedLogs _logs;

    private RunningServer(WebApplication app, CapturedLogs logs, HttpMessageHandler? handler)
    {
        _app = app;
        _logs = logs;
        var urls = app.Urls.Select(u => new Uri(u)).ToList();
        Url = urls[0];
        AdminUrl = urls.FirstOrDefault(u => u.Port != Url.Port);
        Channel = Connect(Url, options => options.HttpHandler = handler ?? options.HttpHandler);
        Client = new V1.NerService.NerServiceClient(Channel);
    }

    internal Uri Url { get; }

    internal Uri? AdminUrl { get; }

    internal GrpcChannel Channel { get; }

    internal V1.NerService.NerServiceClient Client { get; }

    internal IServiceProvider Services => _app.Services;

    /// <summary>Everything logged so far, exceptions and scopes included.</summary>
    internal string Logs => _logs.ToString();

    /// <summary>Starts a server; the model may still be loading when this returns.</summary>
    internal static Task<RunningServer> StartAsync(Action<IServiceCollection>? configure, params string[] options) =>
        StartAsync(configure, null, options);

    private static async Task<RunningServer> StartAsync(Action<IServiceCollection>? configure, HttpMessageHandler? handler, string[] options)
    {
        string[] args =
        [
            "--Ner:Endpoints:Address=127.0.0.1",
            "--Ner:Endpoints:Port=0",
            "--Ner:Endpoints:AdminPort=0",
            .. Small.Concat(options).Select(o => o.StartsWith("--", StringComparison.Ordinal) ? o : "--Ner:" + o),
        ];
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        Assert.Empty(ConfigurationCheck.Errors(builder.Configuration));
        var logs = new CapturedLogs();
        builder.Logging.ClearProviders().AddProvider(logs);
        builder.AddNerServer();
        configure?.Invoke(builder.Services);
        var app = builder.Build();
        app.MapNerServer();
        await app.StartAsync();
        return new RunningServer(app, logs, handler);
    }

    /// <summary>Starts a server and waits until it serves.</summary>
    internal static async Task<RunningServer> ServeAsync(params string[] options)
    {
        var server = await StartAsync(null, options);
        await server.UntilAsync(HealthCheckResponse.Types.ServingStatus.Serving);
        return server;
    }

    /// <summary>Starts a server with TLS and waits until it serves.</summary>
    internal static Task<RunningServer> ServeTlsAsync(params string[] options) => ServeTlsAsync(null, options);

    /// <summary>Starts a server with TLS and waits, as a client with a certificate, until it serves.</summary>
    internal static async Task<RunningServer> ServeTlsAsync(X509Certificate2? client, params string[] options)
    {
        var server = await StartAsync(null, TrustingHandler(client), options);
        await server.UntilAsync(HealthCheckResponse.Types.ServingStatus.Serving);
        return server;
    }

    /// <summary>A client that trusts any server and says whose certificate it saw.</summary>
    internal static SocketsHttpHandler TrustingHandler(X509Certificate2? client, Action<string>? seen = null) =>
        new()
        {
            SslOptions =
            {
                ClientCertificates = client is null ? null : [client],
                RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                {
                    seen?.Invoke(((X509Certificate2)certificate!).Thumbprint);
                    return certificate is not null;
                },
            },
        };

    /// <summary>A connection of its own.</summary>
    internal static GrpcChannel Connect(Uri url, Action<GrpcChannelOptions>? configure = null)
    {
        var options = new GrpcChannelOptions
        {
            MaxReceiveMessageSize = null,
            MaxSendMessageSize = null,
            HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true },
            DisposeHttpClient = true,
        };
        configure?.Invoke(options);
        return GrpcChannel.ForAddress(url, options);
    }

    /// <summary>Waits, by the health protocol's own watch, until the server is in a state.</summary>
    internal async Task UntilAsync(HealthCheckResponse.Types.ServingStatus wanted)
    {
        using var watch = new Health.HealthClient(Channel).Watch(new HealthCheckRequest(), cancellationToken: TestContext.Current.CancellationToken);
        while (await watch.ResponseStream.MoveNext(TestContext.Current.CancellationToken).WithinLimitAsync())
            if (watch.ResponseStream.Current.Status == wanted)
                return;
        Assert.Fail($"The health watch ended before the server was {wanted}. Logs:\n{Logs}");
    }

    internal Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await _app.DisposeAsync();
    }

    private sealed class CapturedLogs : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            _lines.Enqueue($"scope {state}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var fields = state is IEnumerable<KeyValuePair<string, object?>> pairs ? string.Join(' ', pairs) : "";
            _lines.Enqueue($"{logLevel} {formatter(state, exception)} {fields} {exception}");
        }

        public override string ToString() => string.Join('\n', _lines);

        public void Dispose() { }
    }
}

/// <summary>One server for every test that needs no configuration of its own: the model is loaded once.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    private RunningServer? _server;

    internal RunningServer Server => _server!;

    public async ValueTask InitializeAsync() => _server = await RunningServer.ServeAsync(RunningServer.Shipped);

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;
}
