using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using NerService.Server.Ports;

namespace NerService.FunctionalTests.Server;

public sealed class ConnectionTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Connections_of_both_ports_count_from_the_moment_they_are_accepted_silent_ones_too()
    {
        await using var server = await RunningServer.ServeAsync("Limits:MaxConnections=4");
        // The client's own connection, by which it saw that the server serves, is one of them.
        var limit = server.Services.GetRequiredService<ConnectionLimit>();
        Assert.Equal(1, limit.Open);
        var silent = new List<Socket> { await ConnectAsync(server.Url), await ConnectAsync(server.Url), await ConnectAsync(server.AdminUrl!) };
        await Wait.UntilAsync(() => limit.Open == 4, "the silent connections count");
        foreach (var url in new[] { server.Url, server.AdminUrl! })
        {
            // Closed at once: nothing comes but the end, in one form or the other.
            Assert.Equal(0, await ReceiveAsync(url));
        }
        silent[0].Dispose();
        await Wait.UntilAsync(() => limit.Open == 3, "a closed connection counts no more");
        using var http = new HttpClient();
        Assert.Equal("alive\n", await http.GetStringAsync(new Uri(server.AdminUrl!, "/health/live"), Cancel));
        foreach (var socket in silent)
            socket.Dispose();
    }

    [Fact]
    public async Task With_fewer_files_than_connections_the_process_neither_ends_nor_reloads_and_serves_on()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("Needs a shell that limits open files.");
        var command = new System.Diagnostics.ProcessStartInfo(
            "bash",
            ["-c", "ulimit -n 700; exec dotnet \"$@\"", "server", Path.Combine(AppContext.BaseDirectory, "NerService.Server.dll")]
        );
        using var server = ServerProcess.Start(command, [.. RunningServer.Small, "Reload:PollSeconds=1"]);
        await server.UntilServingAsync();
        var sockets = new List<Socket>();
        for (var i = 0; i < 600; i++)
        {
            try
            {
                sockets.Add(await ConnectAsync(server.Url));
            }
            catch (SocketException)
            {
                // Beyond the limit, and closed before this side had noticed that it was open.
            }
        }
        // Those within the limit are taken, the others closed; operators still get in, and nothing was taken for a change of a file.
        using var http = new HttpClient();
        Assert.Equal("alive\n", await http.GetStringAsync(new Uri(server.AdminUrl, "/health/live"), Cancel));
        foreach (var socket in sockets)
            socket.Dispose();
        await Wait.UntilAsync(
            async () =>
            {
                try
                {
                    return (await http.GetAsync(new Uri(server.Url, "/v1/info"), Cancel)).IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    // As long as the server has not seen that the others left.
                    return false;
                }
            },
            "callers are served again"
        );
        Assert.Contains("the system lets this process open no more files", server.Output, StringComparison.Ordinal);
        server.Terminate();
        await server.ExitedAsync();
        Assert.Equal(0, server.ExitCode);
        Assert.DoesNotContain("reloading", server.Output, StringComparison.Ordinal);
    }

    /// <summary>Bytes that come on a new connection; 0 when it is closed or reset.</summary>
    private static async Task<int> ReceiveAsync(Uri url)
    {
        try
        {
            using var socket = await ConnectAsync(url);
            return await socket.ReceiveAsync(new byte[1], Cancel).WithinLimitAsync();
        }
        catch (SocketException)
        {
            return 0;
        }
    }

    private static async Task<Socket> ConnectAsync(Uri url)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, url.Port, Cancel);
        return socket;
    }
}
