using System.Buffers.Binary;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using NerService.Server.Memory;

namespace NerService.Server.FunctionalTests;

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
        Assert.InRange(budget.Used, budget.Limit, budget.Limit + Callers * 256 * 1024);

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
        var givenUp = unfinished.Where(call => call.IsCompleted).ToList();
        Assert.NotEmpty(givenUp);
        Assert.All(await Task.WhenAll(givenUp), reason => Assert.Equal("TOO_MANY_BYTES_IN_FLIGHT", reason));
        never.SetResult();
        await Task.WhenAll(unfinished).WithinLimitAsync();
        await Wait.UntilAsync(() => budget.Used < MessageBytes / 10, "the room is free again");
    }

    [Fact]
    public async Task Documents_of_streams_count_until_they_are_answered_and_nothing_is_left_of_them()
    {
        await using var server = await RunningServer.ServeAsync();
        var budget = server.Services.GetRequiredService<ByteBudget>();
        using var call = server.Client.StreamExtractEntities(cancellationToken: Cancel);
        await call.RequestStream.WriteAsync(Samples.Streamed(Samples.Long(2_000)), Cancel);
        await Wait.UntilAsync(() => budget.Used > 300_000, "the document counts");
        await call.RequestStream.CompleteAsync();
        Assert.Single(await call.ResponseStream.ReadAllAsync(Cancel).ToListAsync(Cancel));
        await Wait.UntilAsync(() => budget.Used < 100_000, "the room is free again");
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
