using System.IO.Compression;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Compression;
using Microsoft.Extensions.DependencyInjection;
using V1 = NerService.Contracts.V1;

namespace NerService.FunctionalTests.Server;

public sealed class UnwrittenAnswerTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_that_cannot_be_written_is_the_servers_fault_and_not_a_malformed_message()
    {
        await using var server = await RunningServer.StartAsync(services =>
            services.Configure<GrpcServiceOptions>(options =>
            {
                options.CompressionProviders.Add(new Broken());
                options.ResponseCompressionAlgorithm = Broken.Name;
            })
        );
        await server.UntilAsync(HealthCheckResponse.Types.ServingStatus.Serving);
        using var counters = new Counters(server);
        using var channel = RunningServer.Connect(server.Url, options => options.CompressionProviders = [new Broken()]);
        var e = await Assert.ThrowsAsync<RpcException>(async () =>
            await new V1.NerService.NerServiceClient(channel).ExtractEntitiesAsync(Samples.Text(Samples.News), cancellationToken: Cancel)
        );
        Assert.Equal((StatusCode.Internal, "The server failed on this call."), (e.StatusCode, e.Status.Detail));
        Assert.Equal("SERVER_FAILED", e.GetRpcStatus()!.GetDetail<Google.Rpc.ErrorInfo>()!.Reason);
        await counters.UntilNothingIsUnderWayAsync(1);
        Assert.Equal(1, counters.Completed("failed"));
        Assert.Contains(Broken.Fault, server.Logs, StringComparison.Ordinal);
    }

    private sealed class Broken : ICompressionProvider
    {
        internal const string Name = "broken",
            Fault = "The disk of the packer is full.";

        public string EncodingName => Name;

        public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel) => throw new InvalidOperationException(Fault);

        public Stream CreateDecompressionStream(Stream stream) => throw new InvalidOperationException(Fault);
    }
}
