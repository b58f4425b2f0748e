using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace NerService.Batch.Tests;

/// <summary>
/// A real nats-server with JetStream, on a free port, its store in a folder of its own. Tests without the program are skipped
/// (.ci/install-test-deps.sh installs it).
/// </summary>
internal sealed class NatsServer : IDisposable
{
    private readonly Process _process;
    private readonly TemporaryFolder _configuration = new();
    private readonly TemporaryFolder _store;
    private bool _keepsStore;

    private NatsServer(string program, Configuration configuration)
    {
        using (var socket = new Socket(SocketType.Stream, ProtocolType.Tcp))
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            Port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        }
        _store = configuration.StoreFolder ?? new TemporaryFolder();
        var lines = new List<string> { string.Create(CultureInfo.InvariantCulture, $"listen: \"127.0.0.1:{Port}\"") };
        if (configuration.JetStream)
            lines.Add($"jetstream {{ store_dir: \"{_store["js"]}\"{(configuration.MaxFileStore is { } room ? $", max_file_store: {room}" : "")} }}");
        if (configuration.MaxPayload is { } payload)
            lines.Add($"max_payload: {payload}");
        if (configuration.Password is { } password)
            lines.Add($"authorization {{ user: ner, password: {password} }}");
        var file = _configuration.Write("nats.conf", string.Join('\n', lines) + "\n");
        _process = Process.Start(new ProcessStartInfo(program, ["-c", file]) { RedirectStandardError = true })!;
    }

    internal int Port { get; }

    internal string Url => string.Create(CultureInfo.InvariantCulture, $"nats://127.0.0.1:{Port}");

    internal static async Task<NatsServer> StartAsync(Configuration? configuration = null)
    {
        var program = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':')
            .Append("/usr/sbin")
            .Append("/usr/local/bin")
            .Select(folder => Path.Combine(folder, "nats-server"))
            .FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, "nats-server is not installed; .ci/install-test-deps.sh installs it.");
        var server = new NatsServer(program, configuration ?? new Configuration());
        while (await server._process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (!line.Contains("Server is ready", StringComparison.Ordinal))
                continue;
            // What it says further must not fill the pipe.
            _ = server._process.StandardError.ReadToEndAsync(CancellationToken.None);
            return server;
        }
        throw new InvalidOperationException($"nats-server ended with exit code {server._process.ExitCode} before it was ready.");
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _configuration.Dispose();
        if (!_keepsStore)
            _store.Dispose();
    }

    /// <summary>Leaves what is on the disk for another server, which removes it when it ends.</summary>
    internal TemporaryFolder KeepStore()
    {
        _keepsStore = true;
        return _store;
    }

    /// <summary>What differs from a server's defaults.</summary>
    internal sealed record Configuration
    {
        internal bool JetStream { get; init; } = true;

        internal string? MaxPayload { get; init; }

        internal string? MaxFileStore { get; init; }

        internal string? Password { get; init; }

        /// <summary>What another server left.</summary>
        internal TemporaryFolder? StoreFolder { get; init; }
    }
}
