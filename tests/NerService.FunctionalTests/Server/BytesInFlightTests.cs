using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using NerService.Server.Memory;

namespace NerService.FunctionalTests.Server;

public sealed class BytesInFlightTests
{
    private const int MessageBytes = 1_000_000,
        Callers = 10;

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Bodies_that_are_never_finished_fill_the_budget_and_no_more_and_are_given_up_while_others_wait(bool grpc)
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var server = await RunningServer.StartAsync(
            services => services.AddSingleton<TimeProvider>(clock),
            $"Limits:MaxMessageBytes={MessageBytes}",
            $"Limits:MaxBytesInFlight={2 * MessageBytes}"
        );
        await server.UntilAsync(Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus.Serving);
        var budget = server.Services.GetRequiredService<ByteBudget>();
        var never = new TaskCompletionSource();
        var unfinished = Enumerable.Range(0, Callers).Select(_ => grpc ? GrpcAsync(server, never.Task) : JsonAsync(server, never.Task)).ToList();
        await Wait.UntilAsync(() => budget.Used >= budget.Limit, "the budget is full");
        // Each connection may be a window ahead of what was asked for.
        Assert.True(budget.Used <= budget.Limit + Callers * 256 * 1024, $"{budget.Used} bytes are held.");

        // As long as nobody goes on, callers wait and are refused; then those that hold the room without going on lose it.
        var caller = CallAsync(server);
        await Wait.UntilAsync(
            async () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                if (!caller.IsCompleted)
                    return false;
                if (await caller == StatusCode.OK)
                    return true;
                Assert.Equal(StatusCode.ResourceExhausted, await caller);
                caller = CallAsync(server);
                return false;
            },
            "a caller is answered"
        );
        // Their room is free before the reason has reached them.
        await Wait.UntilAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return unfinished.Exists(call => call.IsCompleted);
            },
            "those that held the room are told"
        );
        var givenUp = unfinished.Where(call => call.IsCompleted).ToList();
        Assert.All(await Task.WhenAll(givenUp), reason => Assert.Equal("TOO_MANY_BYTES_IN_FLIGHT", reason));
        never.SetResult();
        // What is sent whole now may still wait for room behind others that hold it, for as long as the clock says.
        await Wait.UntilAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return unfinished.TrueForAll(call => call.IsCompleted);
            },
            "every caller is answered"
        );
        await Task.WhenAll(unfinished);
        await Wait.UntilAsync(() => budget.Used < MessageBytes / 10, "the room is free again");
    }

    [Fact]
    public async Task Documents_of_streams_count_until_they_are_answered_and_nothing_is_left_of_them()
    {
        await using var server = await RunningServer.ServeAsync(RunningServer.Shipped);
        var budget = server.Services.GetRequiredService<ByteBudget>();
        using var call = server.Client.StreamExtractEntities(cancellationToken: Cancel);
        await call.RequestStream.WriteAsync(Samples.Streamed(Samples.Long(2_000)), Cancel);
        await Wait.UntilAsync(() => budget.Used > 300_000, "the document counts");
        await call.RequestStream.CompleteAsync();
        Assert.Single(await call.ResponseStream.ReadAllAsync(Cancel).ToListAsync(Cancel));
        await Wait.UntilAsync(() => budget.Used < 100_000, "the room is free again");
    }

    [Fact]
    public async Task Packed_messages_leave_nothing_whether_they_unpack_or_not()
    {
        // A clock that stands: however long it takes until it is their turn, nobody has waited too long.
        await using var server = await RunningServer.StartAsync(
            services => services.AddSingleton<TimeProvider>(new FakeTimeProvider(DateTimeOffset.UtcNow)),
            $"Limits:MaxMessageBytes={MessageBytes}",
            $"Limits:MaxBytesInFlight={2 * MessageBytes}"
        );
        await server.UntilAsync(Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus.Serving);
        var budget = server.Services.GetRequiredService<ByteBudget>();
        var good = Packed(Samples.Text(Samples.News).ToByteArray());
        var bomb = Packed(new byte[10 * MessageBytes]);
        // Each counts as the largest message while it is unpacked, so that most must wait.
        var ends = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => SendAsync(i % 2 == 0 ? good : bomb)));
        Assert.All(ends.Where((_, i) => i % 2 == 0), end => Assert.Equal(StatusCode.OK, end));
        Assert.All(ends.Where((_, i) => i % 2 == 1), end => Assert.Equal(StatusCode.InvalidArgument, end));
        await Wait.UntilAsync(() => budget.Used < 100_000, "the room is free again");

        async Task<StatusCode> SendAsync(byte[] frame)
        {
            using var content = new ByteArrayContent(frame);
            return (await RawCall.PostAsync(server.Url, content, encoding: "gzip")).Status;
        }
    }

    [Theory]
    [InlineData("/ner.v1.NerService/ExtractEntities", "application/grpc")]
    [InlineData("/v1/entities:extract", "application/json")]
    public async Task A_caller_that_leaves_in_the_middle_of_its_message_has_cancelled_and_nothing_is_left_of_it(string path, string contentType)
    {
        await using var server = await RunningServer.ServeAsync();
        using var counters = new Counters(server);
        var budget = server.Services.GetRequiredService<ByteBudget>();
        await using var caller = await RawHttp2.ConnectAsync(server.Url);
        // The message claims more than comes.
        var half = RawCall.Frame(new byte[10_000])[..10_000];
        const int streams = 20;
        for (var stream = 1; stream < 2 * streams; stream += 2)
        {
            await caller.SendAsync(RawHttp2.Frame(RawHttp2.Headers, RawHttp2.EndHeaders, stream, RawHttp2.CallHeaders(path, contentType)));
            await caller.SendAsync(RawHttp2.Frame(RawHttp2.Data, 0, stream, half));
        }
        await counters.UntilReceivedAsync(streams);
        for (var stream = 1; stream < 2 * streams; stream += 2)
            await caller.SendAsync(RawHttp2.Frame(RawHttp2.Reset, 0, stream, [0, 0, 0, 8]));
        await counters.UntilNothingIsUnderWayAsync(streams);
        Assert.Equal(streams, counters.Completed("cancelled"));
        await Wait.UntilAsync(() => budget.Used < 100_000, "the room is free again");
        Assert.DoesNotContain("   at ", server.Logs, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caller_that_closes_its_connection_in_the_middle_of_a_body_has_cancelled()
    {
        await using var server = await RunningServer.ServeAsync();
        using var counters = new Counters(server);
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, server.Url.Port, Cancel);
        await tcp.GetStream()
            .WriteAsync(
                Encoding.ASCII.GetBytes(
                    "POST /v1/entities:extract HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
                ),
                Cancel
            );
        await counters.UntilReceivedAsync(1);
        tcp.Client.Shutdown(SocketShutdown.Send);
        await counters.UntilNothingIsUnderWayAsync(1);
        Assert.Equal(1, counters.Completed("cancelled"));
    }

    [Fact]
    public async Task A_packed_health_check_is_answered_however_full_the_budget_is()
    {
        await using var server = await RunningServer.ServeAsync();
        var budget = server.Services.GetRequiredService<ByteBudget>();
        using var others = budget.Hold(budget.Limit);
        using var content = new ByteArrayContent(Packed(new Grpc.Health.V1.HealthCheckRequest().ToByteArray()));
        var (status, _) = await RawCall.PostAsync(server.Url, content, path: "/grpc.health.v1.Health/Check", encoding: "gzip");
        Assert.Equal(StatusCode.OK, status);
    }

    [Fact]
    public async Task A_json_caller_that_is_given_up_is_told_why_and_its_connection_ends_without_a_fault_in_the_log()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var server = await RunningServer.StartAsync(
            services => services.AddSingleton<TimeProvider>(clock),
            $"Limits:MaxMessageBytes={MessageBytes}",
            $"Limits:MaxBytesInFlight={2 * MessageBytes}"
        );
        await server.UntilAsync(Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus.Serving);
        var budget = server.Services.GetRequiredService<ByteBudget>();
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, server.Url.Port, Cancel);
        var stream = tcp.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"POST /v1/entities:extract HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {MessageBytes}\r\n\r\n"
            ),
            Cancel
        );
        await stream.WriteAsync(Enumerable.Repeat((byte)'a', MessageBytes / 2).ToArray(), Cancel);
        await Wait.UntilAsync(() => budget.Used >= MessageBytes / 2, "what was sent is read");
        using var others = budget.Hold(budget.Limit - MessageBytes / 4);
        using var reader = new StreamReader(stream);
        var answer = reader.ReadLineAsync(Cancel).AsTask();
        await Wait.UntilAsync(
            () =>
            {
                // Once the body is given up there is room again, and time to read the answer.
                if (budget.Used >= budget.Limit)
                    clock.Advance(TimeSpan.FromSeconds(1));
                return answer.IsCompleted;
            },
            "it is answered"
        );
        Assert.Equal("HTTP/1.1 429 Too Many Requests", await answer);
        string? line;
        do Assert.NotNull(line = await reader.ReadLineAsync(Cancel).WithinLimitAsync());
        while (!line.Contains("TOO_MANY_BYTES_IN_FLIGHT", StringComparison.Ordinal));
        // The web server reads on, in case that another call follows; what follows is the end.
        tcp.Client.Shutdown(SocketShutdown.Send);
        try
        {
            await reader.ReadToEndAsync(Cancel).WithinLimitAsync();
        }
        catch (IOException)
        {
            // Reset, which is an end too.
        }
        Assert.DoesNotContain("   at ", server.Logs, StringComparison.Ordinal);
    }

    /// <summary>A message with its header, packed by gzip.</summary>
    private static byte[] Packed(byte[] message)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            gzip.Write(message);
        var frame = RawCall.Frame(packed.ToArray());
        frame[0] = 1;
        return frame;
    }

    private static async Task<StatusCode> CallAsync(RunningServer server)
    {
        using var call = server.Client.ExtractEntitiesAsync(Samples.Text(Samples.News), cancellationToken: Cancel);
        try
        {
            await call.ResponseAsync.WithinLimitAsync();
        }
        catch (RpcException e)
        {
            return e.StatusCode;
        }
        return StatusCode.OK;
    }

    /// <summary>Why the body was not read to its end.</summary>
    private static async Task<string> GrpcAsync(RunningServer server, Task rest)
    {
        var body = new byte[MessageBytes];
        BinaryPrimitives.WriteUInt32BigEndian(body.AsSpan(1), MessageBytes);
        using var content = new HeldContent(body, rest);
        var (status, message) = await RawCall.PostAsync(server.Url, content);
        return status == StatusCode.ResourceExhausted && message.Contains($"{2 * MessageBytes}", StringComparison.Ordinal)
            ? "TOO_MANY_BYTES_IN_FLIGHT"
            : message;
    }

    /// <inheritdoc cref="GrpcAsync"/>
    private static async Task<string> JsonAsync(RunningServer server, Task rest)
    {
        using var http = new HttpClient { Timeout = Wait.Limit };
        using var content = new HeldContent([.. "{\"document\":{\"text\":\""u8, .. Enumerable.Repeat((byte)'a', MessageBytes - 100)], rest)
        {
            Headers = { ContentType = new("application/json") },
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Url, "/v1/entities:extract"))
        {
            Content = content,
            Version = new Version(2, 0),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        return (string)System.Text.Json.Nodes.JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!["reason"]!;
    }
}
