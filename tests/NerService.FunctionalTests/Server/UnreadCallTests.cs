using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using NerService.Protocol;
using V1 = NerService.Contracts.V1;

namespace NerService.FunctionalTests.Server;

/// <summary>A call whose answer is not read is under way as long as it is waited for, and then was not answered.</summary>
public sealed class UnreadCallTests : IDisposable
{
    private const string Key = "kd83-2nfl-93hf-01mz";

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("/ner.v1.NerService/ExtractEntities")]
    [InlineData("/ner.v1.NerService/BatchExtractEntities")]
    [InlineData("/v1/entities:extract")]
    public async Task A_call_whose_answer_is_not_read_keeps_its_place_until_it_is_given_up_and_is_counted_as_its_caller_is_told(string path)
    {
        await File.WriteAllTextAsync(_folder["keys"], $"newsroom={Key}\n", Cancel);
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var server = await RunningServer.StartAsync(
            services => services.AddSingleton<TimeProvider>(clock),
            $"Security:ApiKeysFile={_folder["keys"]}",
            "Reload:Watch=false",
            "Limits:MaxUnreadSeconds=60",
            "Admission:MaxConcurrentCallsPerKey=1"
        );
        await server.UntilAsync(Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus.Serving);
        using var counters = new Counters(server);
        var document = new V1.Document { Text = Samples.Long(40) };
        var isJson = path.StartsWith("/v1/", StringComparison.Ordinal);
        var isBatch = path.EndsWith("/BatchExtractEntities", StringComparison.Ordinal);
        IMessage request = isBatch
            ? new V1.BatchExtractEntitiesRequest { Documents = { document } }
            : new V1.ExtractEntitiesRequest { Document = document };
        var body = isJson ? Encoding.UTF8.GetBytes(ProtoJson.Format(request)) : RawCall.Frame(request.ToByteArray());
        await using var caller = await RawHttp2.ConnectAsync(server.Url, RawHttp2.NoWindow);
        var headers = RawHttp2.CallHeaders(path, isJson ? "application/json" : "application/grpc");
        await caller.SendAsync(RawHttp2.Frame(RawHttp2.Headers, RawHttp2.EndHeaders, 1, [.. headers, .. RawHttp2.Literal("x-api-key", Key)]));
        await caller.SendAsync(RawHttp2.Frame(RawHttp2.Data, RawHttp2.EndStream, 1, body));
        await Wait.UntilAsync(() => counters["ner.words"] > 0, "the answer is made");

        for (var i = 0; i < 3; i++)
            Assert.Equal(StatusCode.ResourceExhausted, await CallAsync(server));
        await Wait.UntilAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return caller.ResetOf(1) is not null;
            },
            "the call is given up"
        );
        await Wait.UntilAsync(async () => await CallAsync(server) == StatusCode.OK, "its place is free");

        if (isBatch)
            return;
        await counters.UntilNothingIsUnderWayAsync(5);
        Assert.Equal((1, 0), (counters.Completed("answered"), counters.Completed("cancelled")));
        Assert.Equal(counters.Received - 1, counters["ner.requests.completed code=ResourceExhausted"]);
    }

    private static async Task<StatusCode> CallAsync(RunningServer server)
    {
        try
        {
            await server.Client.ExtractEntitiesAsync(Samples.Text(Samples.News), new Metadata { { "x-api-key", Key } }, cancellationToken: Cancel);
            return StatusCode.OK;
        }
        catch (RpcException e)
        {
            return e.StatusCode;
        }
    }
}
