namespace NerService.FunctionalTests.Web;

/// <summary>A server that asks for a key.</summary>
internal sealed class KeyedServer : IAsyncDisposable
{
    internal const string Key = "a-key-of-thirty-two-characters-xx";

    private readonly TemporaryFile _file;

    private KeyedServer(TemporaryFile file, RunningServer server) => (_file, Server) = (file, server);

    internal RunningServer Server { get; }

    internal static async Task<KeyedServer> StartAsync()
    {
        var file = new TemporaryFile($"page={Key}\n");
        return new KeyedServer(file, await RunningServer.ServeAsync($"Security:ApiKeysFile={file.Path}"));
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _file.Dispose();
    }
}
