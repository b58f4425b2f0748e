using Google.Protobuf;
using Grpc.Core;

namespace NerService.FunctionalTests.Server;

public sealed class DeadlineTests
{
    [Fact]
    public async Task A_call_that_cannot_be_done_in_time_ends_with_its_deadline_and_its_work_is_dropped()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var server = await RunningServer.ServeAsync([.. RunningServer.Shipped, "Admission:MaxQueuedPaddedSubwords=100000000"]);
        var request = Samples.Text(Samples.Long(9_000));
        var e = await Assert.ThrowsAsync<RpcException>(async () =>
            await server.Client.ExtractEntitiesAsync(request, deadline: DateTime.UtcNow.AddSeconds(1), cancellationToken: cancel)
        );
        Assert.Equal(StatusCode.DeadlineExceeded, e.StatusCode);
        await Pending.UntilNoneAsync(server);
    }

    [Fact]
    public async Task A_deadline_that_passes_is_told_by_the_server_to_a_client_that_keeps_no_clock()
    {
        await using var server = await RunningServer.ServeAsync([.. RunningServer.Shipped, "Admission:MaxQueuedPaddedSubwords=100000000"]);
        using var body = new ByteArrayContent(RawCall.Frame(Samples.Text(Samples.Long(9_000)).ToByteArray()));
        Assert.Equal(StatusCode.DeadlineExceeded, (await RawCall.PostAsync(server.Url, body, timeout: "1S")).Status);
    }

    [Fact]
    public async Task A_deadline_that_has_passed_already_is_told_as_such()
    {
        await using var server = await RunningServer.ServeAsync();
        var e = await Assert.ThrowsAsync<RpcException>(async () =>
            await server.Client.ExtractEntitiesAsync(
                Samples.Text(Samples.News),
                deadline: DateTime.UtcNow.AddSeconds(-1),
                cancellationToken: TestContext.Current.CancellationToken
            )
        );
        Assert.Equal(StatusCode.DeadlineExceeded, e.StatusCode);
    }
}

public sealed class CancellationTests
{
    [Fact]
    public async Task A_caller_that_leaves_takes_its_work_with_it()
    {
        await using var server = await RunningServer.ServeAsync(RunningServer.Shipped);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var call = server.Client.ExtractEntitiesAsync(Samples.Text(Samples.Long(9_000)), cancellationToken: leaving.Token).ResponseAsync;
        await Pending.UntilSomeAsync(server);
        await leaving.CancelAsync();
        var e = await Assert.ThrowsAsync<RpcException>(() => call);
        Assert.Equal(StatusCode.Cancelled, e.StatusCode);
        await Pending.UntilNoneAsync(server);
    }

    [Fact]
    public async Task A_stream_whose_caller_leaves_takes_its_work_with_it()
    {
        await using var server = await RunningServer.ServeAsync(RunningServer.Shipped);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var call = server.Client.StreamExtractEntities(cancellationToken: leaving.Token);
        await call.RequestStream.WriteAsync(Samples.Streamed(Samples.Long(9_000)), TestContext.Current.CancellationToken);
        await Pending.UntilSomeAsync(server);
        await leaving.CancelAsync();
        var e = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        Assert.Equal(StatusCode.Cancelled, e.StatusCode);
        await Pending.UntilNoneAsync(server);
    }
}
