using System.Text.RegularExpressions;

namespace NerService.FunctionalTests.Cli.Queue;

/// <summary>
/// A real nats-server with JetStream, on a free port, its store in a folder of its own. Tests without the program are skipped
/// (.ci/install-test-deps.sh installs it).
/// </summary>
internal sealed partial class NatsServer : IDisposable
{
    private readonly ChildProcess _process;
    private readonly TemporaryFolder _configuration = new();
    private readonly TemporaryFolder _store;
    private bool _keepsStore;

    private NatsServer(string program, Configuration configuration)
    {
        _store = configuration.StoreFolder ?? new TemporaryFolder();
        // Port -1 asks for a free one.
        var lines = new List<string> { "listen: \"127.0.0.1:-1\"" };
        if (configuration.JetStream)
            lines.Add($"jetstream {{ store_dir: \"{_store["js"]}\"{(configuration.MaxFileStore is { } room ? $", max_file_store: {room}" : "")} }}");
        if (configuration.MaxPayload is { } payload)
            lines.Add($"max_payload: {payload}");
        if (configuration.Password is { } password)
            lines.Add($"authorization {{ user: ner, password: {password} }}");
        var file = _configuration.Write("nats.conf", string.Join('\n', lines) + "\n");
        _process = ChildProcess.Start(program, "-c", file);
    }

    internal string Url { get; private set; } = "";

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
        var listening = await server._process.LineAsync(Listening());
        server.Url = $"nats://{listening.Groups["address"]}";
        await server._process.LineAsync(Ready());
        return server;
    }

    public void Dispose()
    {
        _process.Dispose();
        _configuration.Dispose();
        if (!_keepsStore)
            _store.Dispose();
    }

    [GeneratedRegex(@"Listening for client connections on (?<address>\S+)")]
    private static partial Regex Listening();

    [GeneratedRegex("Server is ready")]
    private static partial Regex Ready();

    /// <summary>Stops the server and leaves what it wrote to the disk for another, which removes it when it ends.</summary>
    internal async Task<TemporaryFolder> KeepStoreAsync()
    {
        _process.Terminate();
        await _process.EndAsync();
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
