using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Reflection.V1;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using NerService.Server.Memory;
using V1 = NerService.Contracts.V1;

namespace NerService.FunctionalTests.Server;

/// <summary>Callers that ask and do not read what they are answered.</summary>
public sealed class UnreadAnswerTests(UnreadAnswerTests.Servers servers) : IClassFixture<UnreadAnswerTests.Servers>
{
    private const int EnhanceYourCalm = 0xb,
        DocumentsPerStream = 16;

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/ner.v1.NerService/ExtractEntities")]
    [InlineData("/ner.v1.NerService/BatchExtractEntities")]
    [InlineData("/ner.v1.NerService/StreamExtractEntities")]
    [InlineData("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo")]
    [InlineData("/v1/entities:extract")]
    public async Task An_answer_of_any_kind_that_is_not_read_is_given_up_in_time(string path)
    {
        var server = servers.Impatient;
        var document = new V1.Document { Text = Samples.Long(40) };
        byte[] body = path.Split('/')[^1] switch
        {
            "BatchExtractEntities" => RawCall.Frame(new V1.BatchExtractEntitiesRequest { Documents = { document } }.ToByteArray()),
            "ServerReflectionInfo" => RawCall.Frame(new ServerReflectionRequest { FileContainingSymbol = "ner.v1.NerService" }.ToByteArray()),
            "entities:extract" => Encoding.UTF8.GetBytes($$$"""{"document":{"text":"{{{document.Text}}}"}}"""),
            _ => RawCall.Frame(new V1.ExtractEntitiesRequest { Document = document }.ToByteArray()),
        };
        var contentType = path.StartsWith("/v1/", StringComparison.Ordinal) ? "application/json" : "application/grpc";
        await using var caller = await RawHttp2.ConnectAsync(server.Url, RawHttp2.NoWindow);
        await caller.SendAsync(RawHttp2.Frame(RawHttp2.Headers, RawHttp2.EndHeaders, 1, RawHttp2.CallHeaders(path, contentType)));
        await caller.SendAsync(RawHttp2.Frame(RawHttp2.Data, RawHttp2.EndStream, 1, body));
        await servers.PassUntilAsync(() => caller.ResetOf(1) is not null, "the call is ended");
        Assert.Equal(EnhanceYourCalm, caller.ResetOf(1));
        Assert.Contains("Ner:Limits:MaxUnreadSeconds", server.Logs, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_that_is_never_read_ends_with_resource_exhausted_and_leaves_nothing()
    {
        var server = servers.Impatient;
        using var call = server.Client.StreamExtractEntities(cancellationToken: Cancel);
        var writing = SendWithoutEndAsync(call, Samples.Long(4));
        await servers.PassUntilAsync(() => writing.IsCompleted, "the stream is ended");
        await Assert.ThrowsAnyAsync<Exception>(() => writing);
        var e = await Assert.ThrowsAsync<RpcException>(async () => await call.ResponseStream.OutcomesAsync(Cancel));
        Assert.Equal(StatusCode.ResourceExhausted, e.StatusCode);
        var budget = server.Services.GetRequiredService<ByteBudget>();
        await Wait.UntilAsync(() => budget.Used < 100_000, "the room is free again");
    }

    [Fact]
    public async Task Answers_of_a_stream_that_wait_to_be_read_count_and_make_way_once_others_need_their_room()
    {
        var server = servers.Patient;
        var budget = server.Services.GetRequiredService<ByteBudget>();
        using var counters = new Counters(server);
        using var call = server.Client.StreamExtractEntities(cancellationToken: Cancel);
        // Each answer has some 12 bytes a word, four times what the word has.
        var writing = SendWithoutEndAsync(call, string.Join(' ', Enumerable.Repeat("ا", 1_000)));
        await Wait.UntilAsync(
            () => counters.Completed("answered") >= DocumentsPerStream && budget.Used >= DocumentsPerStream * 9_000,
            "as many as may be under way are answered, and count"
        );
        Assert.True(budget.Used <= budget.Limit, $"{budget.Used} bytes are held.");

        using var full = budget.Hold(budget.Limit);
        var began = servers.Clock.GetUtcNow();
        await servers.PassUntilAsync(() => server.Logs.Contains("was given up", StringComparison.Ordinal), "the stream is given up");
        Assert.True(servers.Clock.GetUtcNow() - began < TimeSpan.FromHours(12));
        await Assert.ThrowsAnyAsync<Exception>(() => writing.WithinLimitAsync());
        await Wait.UntilAsync(() => budget.Used < budget.Limit + DocumentsPerStream * 1_000, "the room is free again");
    }

    private static async Task SendWithoutEndAsync(
        AsyncDuplexStreamingCall<V1.StreamExtractEntitiesRequest, V1.StreamExtractEntitiesResponse> call,
        string text
    )
    {
        var options = new V1.ExtractionOptions { Features = { V1.Feature.WordLabels } };
        for (var i = 0; ; i++)
            await call.RequestStream.WriteAsync(Samples.Streamed(text, options, $"{i}"), Cancel);
    }

    /// <summary>Two servers with one clock, by how long they wait while there is room.</summary>
    public sealed class Servers : IAsyncLifetime
    {
        internal FakeTimeProvider Clock { get; } = new(DateTimeOffset.UtcNow);

        internal RunningServer Impatient { get; private set; } = null!;

        internal RunningServer Patient { get; private set; } = null!;

        public async ValueTask InitializeAsync() => (Impatient, Patient) = (await ServeAsync(60), await ServeAsync(86_400));

        public async ValueTask DisposeAsync()
        {
            await Impatient.DisposeAsync();
            await Patient.DisposeAsync();
        }

        /// <summary>Lets the servers' time pass until it is so.</summary>
        internal Task PassUntilAsync(Func<bool> reached, string what) =>
            Wait.UntilAsync(
                () =>
                {
                    Clock.Advance(TimeSpan.FromSeconds(1));
                    return reached();
                },
                what
            );

        private async Task<RunningServer> ServeAsync(int maxUnreadSeconds)
        {
            var server = await RunningServer.StartAsync(
                services => services.AddSingleton<TimeProvider>(Clock),
                "Reload:Watch=false",
                $"Limits:MaxUnreadSeconds={maxUnreadSeconds}",
                $"Admission:MaxDocumentsPerStream={DocumentsPerStream}"
            );
            await server.UntilAsync(HealthCheckResponse.Types.ServingStatus.Serving);
            return server;
        }
    }
}
