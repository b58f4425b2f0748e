using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.Extensions.DependencyInjection;
using NerService.Extraction.Snapshots;
using NerService.Server.Lifecycle;
using static Grpc.Health.V1.HealthCheckResponse.Types;
using V1 = NerService.Contracts.V1;

namespace NerService.FunctionalTests.Server;

public sealed class HealthTests(SharedServer shared)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Health_turns_from_NOT_SERVING_to_SERVING_once_the_model_has_answered_and_back_when_the_server_stops()
    {
        var gate = new TaskCompletionSource();
        await using var server = await RunningServer.StartAsync(services =>
            services.AddSingleton<SnapshotSource>(p => ActivatorUtilities.CreateInstance<HeldSource>(p, gate.Task))
        );
        using var watch = new Health.HealthClient(server.Channel).Watch(
            new HealthCheckRequest { Service = "ner.v1.NerService" },
            cancellationToken: Cancel
        );
        Assert.True(await watch.ResponseStream.MoveNext(Cancel));
        Assert.Equal(ServingStatus.NotServing, watch.ResponseStream.Current.Status);
        var loading = await Assert.ThrowsAsync<RpcException>(async () =>
            await server.Client.ExtractEntitiesAsync(Samples.Text(Samples.News), cancellationToken: Cancel)
        );
        Assert.Equal(StatusCode.Unavailable, loading.StatusCode);
        Assert.NotNull(loading.GetRpcStatus()!.GetDetail<Google.Rpc.RetryInfo>());
        Assert.Equal("MODEL_LOADING", loading.GetRpcStatus()!.GetDetail<Google.Rpc.ErrorInfo>()!.Reason);
        foreach (
            var call in (Func<Task>[])
                [
                    async () => await server.Client.GetServiceInfoAsync(new V1.GetServiceInfoRequest(), cancellationToken: Cancel),
                    async () =>
                        await server.Client.BatchExtractEntitiesAsync(
                            new V1.BatchExtractEntitiesRequest { Documents = { new V1.Document { Text = Samples.News } } },
                            cancellationToken: Cancel
                        ),
                ]
        )
            Assert.Equal("MODEL_LOADING", (await Assert.ThrowsAsync<RpcException>(call)).GetRpcStatus()!.GetDetail<Google.Rpc.ErrorInfo>()!.Reason);

        gate.SetResult();
        Assert.True(await watch.ResponseStream.MoveNext(Cancel));
        Assert.Equal(ServingStatus.Serving, watch.ResponseStream.Current.Status);
        Assert.NotEmpty((await server.Client.ExtractEntitiesAsync(Samples.Text(Samples.News), cancellationToken: Cancel)).Mentions);

        var stopping = server.StopAsync();
        Assert.True(await watch.ResponseStream.MoveNext(Cancel));
        Assert.Equal(ServingStatus.NotServing, watch.ResponseStream.Current.Status);
        // The watch ends by itself and does not hold up the stop.
        while (await watch.ResponseStream.MoveNext(Cancel).WithinLimitAsync())
            Assert.Equal(ServingStatus.NotServing, watch.ResponseStream.Current.Status);
        await stopping.WithinLimitAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData("ner.v1.NerService")]
    public async Task Health_is_told_for_the_server_and_for_the_service(string service)
    {
        var answer = await new Health.HealthClient(shared.Server.Channel).CheckAsync(
            new HealthCheckRequest { Service = service },
            cancellationToken: Cancel
        );
        Assert.Equal(ServingStatus.Serving, answer.Status);
    }

    [Fact]
    public async Task Health_of_an_unknown_service_is_NOT_FOUND()
    {
        var e = await Assert.ThrowsAsync<RpcException>(async () =>
            await new Health.HealthClient(shared.Server.Channel).CheckAsync(new HealthCheckRequest { Service = "other" }, cancellationToken: Cancel)
        );
        Assert.Equal(StatusCode.NotFound, e.StatusCode);
    }

    [Fact]
    public async Task A_watch_of_an_unknown_service_says_so_and_does_not_hold_up_the_stop()
    {
        await using var server = await RunningServer.ServeAsync();
        using var watch = new Health.HealthClient(server.Channel).Watch(new HealthCheckRequest { Service = "other" }, cancellationToken: Cancel);
        Assert.True(await watch.ResponseStream.MoveNext(Cancel).WithinLimitAsync());
        Assert.Equal(ServingStatus.ServiceUnknown, watch.ResponseStream.Current.Status);
        await server.StopAsync().WithinLimitAsync();
        while (await watch.ResponseStream.MoveNext(Cancel).WithinLimitAsync())
            Assert.NotEqual(ServingStatus.Serving, watch.ResponseStream.Current.Status);
    }

    private sealed class HeldSource(IServiceProvider provider, Task gate) : SnapshotSource(provider)
    {
        internal override async Task<Snapshot> BuildAsync(CancellationToken cancellationToken)
        {
            await gate.WaitAsync(cancellationToken);
            return await base.BuildAsync(cancellationToken);
        }
    }
}
