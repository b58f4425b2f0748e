using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Reflection.V1Alpha;

namespace NerService.FunctionalTests.Server;

public sealed class PortTests(SharedServer shared)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Each_cleartext_port_speaks_HTTP_1_and_HTTP_2(int major)
    {
        using var http = new HttpClient();
        foreach (var url in new[] { shared.Server.Url, shared.Server.AdminUrl! })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(url, "/health/ready"))
            {
                Version = new Version(major, major == 1 ? 1 : 0),
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            };
            using var response = await http.SendAsync(request, Cancel);
            Assert.Equal(major, response.Version.Major);
        }
    }

    [Fact]
    public async Task What_is_for_operators_is_offered_on_the_admin_port_only_whatever_the_host_header_says()
    {
        using var http = new HttpClient();
        using var admin = await http.GetAsync(new Uri(shared.Server.AdminUrl!, "/health/ready"), Cancel);
        Assert.Equal(HttpStatusCode.OK, admin.StatusCode);
        using var disguised = new HttpRequestMessage(HttpMethod.Get, new Uri(shared.Server.Url, "/health/ready"))
        {
            Headers = { Host = shared.Server.AdminUrl!.Authority },
        };
        using var refused = await http.SendAsync(disguised, Cancel);
        Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        using var channel = RunningServer.Connect(shared.Server.AdminUrl!);
        var e = await Assert.ThrowsAsync<RpcException>(async () =>
            await new Contracts.V1.NerService.NerServiceClient(channel).ExtractEntitiesAsync(Samples.Text(Samples.News), cancellationToken: Cancel)
        );
        Assert.Equal(StatusCode.Unimplemented, e.StatusCode);
    }

    [Fact]
    public async Task A_connection_that_sends_a_few_bytes_and_leaves_harms_nobody()
    {
        foreach (var bytes in new byte[][] { [], [(byte)'P'], "PRI"u8.ToArray(), "PRI * HTTP/2.0\r\n"u8.ToArray(), [0, 1, 2, 3], "GET"u8.ToArray() })
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, shared.Server.Url.Port, Cancel);
            await socket.SendAsync(bytes, Cancel);
        }
        Assert.NotEmpty((await shared.Server.Client.ExtractEntitiesAsync(Samples.Text(Samples.News), cancellationToken: Cancel)).Mentions);
    }

    [Fact]
    public async Task A_connection_that_has_not_said_what_it_speaks_does_not_hold_up_the_stop()
    {
        await using var server = await RunningServer.ServeAsync("Shutdown:DrainSeconds=3600");
        using var silent = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using var begun = new Socket(SocketType.Stream, ProtocolType.Tcp);
        foreach (var socket in new[] { silent, begun })
            await socket.ConnectAsync(IPAddress.Loopback, server.Url.Port, Cancel);
        await begun.SendAsync("PRI"u8.ToArray(), Cancel);
        await server.StopAsync().WithinLimitAsync();
    }

    [Fact]
    public async Task The_first_bytes_may_come_one_by_one()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, shared.Server.AdminUrl!.Port, Cancel);
        foreach (var b in "GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"u8.ToArray())
            await socket.SendAsync(new[] { b }, Cancel);
        using var reader = new StreamReader(new NetworkStream(socket));
        Assert.StartsWith("HTTP/1.1 200", await reader.ReadToEndAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reflection_lists_the_service()
    {
        using var call = new ServerReflection.ServerReflectionClient(shared.Server.Channel).ServerReflectionInfo(cancellationToken: Cancel);
        await call.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "" }, Cancel);
        Assert.True(await call.ResponseStream.MoveNext(Cancel));
        var names = call.ResponseStream.Current.ListServicesResponse.Service.Select(s => s.Name).ToList();
        Assert.Contains("ner.v1.NerService", names);
        Assert.Contains("grpc.health.v1.Health", names);
        Assert.DoesNotContain("ner.admin.v1.ReloadService", names);
    }

    [Fact]
    public async Task Pages_that_may_call_may_not_reach_the_admin_port()
    {
        await using var server = await RunningServer.ServeAsync("Http:CorsOrigins:0=https://app.example");
        using var http = new HttpClient { DefaultRequestHeaders = { { "Origin", "https://app.example" } } };
        using var callers = await http.GetAsync(new Uri(server.Url, "/v1/info"), Cancel);
        using var operators = await http.GetAsync(new Uri(server.AdminUrl!, "/metrics"), Cancel);
        Assert.True(callers.Headers.Contains("access-control-allow-origin"));
        Assert.False(operators.Headers.Contains("access-control-allow-origin"));
    }
}
