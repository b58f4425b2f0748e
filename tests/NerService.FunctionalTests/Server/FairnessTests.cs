using Grpc.Core;
using V1 = NerService.Contracts.V1;

namespace NerService.FunctionalTests.Server;

public sealed class FairnessTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_caller_with_full_streams_and_a_document_of_a_million_characters_leaves_another_its_share()
    {
        await using var server = await RunningServer.ServeAsync(RunningServer.Shipped);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using var counters = new Counters(server);
        var text = Samples.Long(20_000)[..1_000_000];
        var hog = new List<Task> { server.Client.ExtractEntitiesAsync(Samples.Text(text), cancellationToken: leaving.Token).ResponseAsync };
        // Behind full streams it would be read slowly: one connection has one window. It must be at the model before.
        await Pending.UntilSomeAsync(server);
        for (var i = 0; i < 8; i++)
            hog.Add(SendWithoutEndAsync(server, leaving.Token));
        await counters.UntilReceivedAsync(100);

        // Another connection is another caller.
        using var channel = RunningServer.Connect(server.Url);
        var other = new V1.NerService.NerServiceClient(channel);
        for (var i = 0; i < 20; i++)
            Assert.NotEmpty((await other.ExtractEntitiesAsync(Samples.Text(Samples.News), cancellationToken: Cancel)).Mentions);
        Assert.All(hog, task => Assert.False(task.IsCompleted));

        await leaving.CancelAsync();
        foreach (var task in hog)
            await Assert.ThrowsAnyAsync<Exception>(() => task);
        await counters.UntilNothingIsUnderWayAsync(counters.Received);
        await Pending.UntilNoneAsync(server);
        // A stream that has not heard of it yet may still read a document: nothing comes any more when every call has ended.
        await server.StopAsync().WithinLimitAsync();
        Assert.Equal(counters.Received, counters.Ended);
        Assert.Equal(0, counters.Completed("refused") + counters.Completed("failed"));
    }

    [Fact]
    public async Task Documents_that_weigh_nothing_teach_the_server_nothing_and_many_long_ones_are_refused_but_for_the_callers_part()
    {
        await using var server = await RunningServer.ServeAsync(RunningServer.Shipped);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        for (var i = 0; i < 100; i++)
            await server.Client.ExtractEntitiesAsync(Samples.Text(new string(' ', 16)), cancellationToken: Cancel);
        // One that takes far longer than it takes to refuse the others.
        var text = Samples.Long(20_000)[..1_000_000];
        var taken = server.Client.ExtractEntitiesAsync(Samples.Text(text), cancellationToken: leaving.Token).ResponseAsync;
        await Pending.UntilSomeAsync(server);
        var others = Enumerable
            .Range(0, 19)
            .Select(_ => server.Client.ExtractEntitiesAsync(Samples.Text(text[..200_000]), cancellationToken: leaving.Token).ResponseAsync)
            .ToList();
        foreach (var other in others)
            Assert.Equal(StatusCode.ResourceExhausted, (await Assert.ThrowsAsync<RpcException>(() => other)).StatusCode);
        // The one that was taken on keeps neither its caller nor others from being answered.
        Assert.NotEmpty((await server.Client.ExtractEntitiesAsync(Samples.Text(Samples.News), cancellationToken: Cancel)).Mentions);
        Assert.False(taken.IsCompleted);
        await leaving.CancelAsync();
        await Assert.ThrowsAsync<RpcException>(() => taken);
    }

    private static async Task SendWithoutEndAsync(RunningServer server, CancellationToken leaving)
    {
        using var call = server.Client.StreamExtractEntities(cancellationToken: leaving);
        var reading = call.ResponseStream.ReadAllAsync(leaving).CountAsync(leaving).AsTask();
        for (var i = 0; !reading.IsCompleted; i++)
            await call.RequestStream.WriteAsync(Samples.Streamed(Samples.Varied(i), id: $"{i}"), leaving);
        await reading;
    }
}
