using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace NerService.Batch.Tests;

/// <summary>A real nats-server with JetStream, on a free port, its store in a folder of its own. Tests without the program are skipped (.ci/install-test-deps.sh installs it).</summary>
internal sealed class NatsServer : IDisposable
{
    private readonly Process _process;
    private readonly TemporaryFolder _store = new();

    private NatsServer(string program, string? maxPayload)
    {
        using (var socket = new Socket(SocketType.Stream, ProtocolType.Tcp))
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            Port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        }
        var configuration = _store.Write("nats.conf", string.Create(CultureInfo.InvariantCulture, $"listen: \"127.0.0.1:{Port}\"\njetstream {{ store_dir: \"{_store["js"]}\" }}\n{(maxPayload is null ? "" : $"max_payload: {maxPayload}\n")}"));
        _process = Process.Start(new ProcessStartInfo(program, ["-c", configuration]) { RedirectStandardError = true })!;
    }

    internal int Port { get; }

    internal string Url => string.Create(CultureInfo.InvariantCulture, $"nats://127.0.0.1:{Port}");

    internal static async Task<NatsServer> StartAsync(string? maxPayload = null)
    {
        var program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Append("/usr/local/bin").Select(folder => Path.Combine(folder, "nats-server")).FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, "nats-server is not installed; .ci/install-test-deps.sh installs it.");
        var server = new NatsServer(program, maxPayload);
        while (await server._process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (!line.Contains("Server is ready", StringComparison.Ordinal)) continue;
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
        _store.Dispose();
    }
}
