using Google.Rpc;
using Grpc.Core;
using V1 = NerService.Contracts.V1;

namespace NerService.FunctionalTests.Server;

public sealed class OverloadTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_queue_refuses_at_once_with_a_time_to_retry_and_answers_what_it_took_on()
    {
        await using var server = await RunningServer.ServeAsync([.. RunningServer.Shipped, "Admission:MaxQueuedPaddedSubwords=2000"]);
        var calls = Enumerable.Range(0, 300).Select(i => TryAsync(server, Samples.Text(Samples.Long(2), id: $"{i}"))).ToList();
        var outcomes = await Task.WhenAll(calls);
        var refused = outcomes.Where(o => o.Error is not null).ToList();
        Assert.NotEmpty(refused);
        Assert.Contains(outcomes, o => o.Error is null);
        Assert.All(outcomes.Where(o => o.Error is null), o => Assert.NotEmpty(o.Answer!.Mentions));
        Assert.All(
            refused,
            o =>
            {
                Assert.Equal(StatusCode.ResourceExhausted, o.Error!.StatusCode);
                Assert.Contains("of 2000", o.Error.Status.Detail, StringComparison.Ordinal);
                Assert.Equal("QUEUE_FULL", o.Error.GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason);
                Assert.True(o.Error.GetRpcStatus()!.GetDetail<RetryInfo>().RetryDelay.ToTimeSpan() > TimeSpan.Zero);
            }
        );
        // The queue drains: the next call is taken on again.
        Assert.NotEmpty((await server.Client.ExtractEntitiesAsync(Samples.Text(Samples.News), cancellationToken: Cancel)).Mentions);
    }

    [Fact]
    public async Task A_deadline_that_the_queue_makes_impossible_is_refused_at_once_not_waited_for()
    {
        await using var server = await RunningServer.ServeAsync([.. RunningServer.Shipped, "Admission:MaxQueuedPaddedSubwords=10000000"]);
        using var load = new CancellationTokenSource();
        // Far more work than the deadline below leaves time for, and that deadline far longer than a refusal takes.
        var long1 = Enumerable.Range(0, 90).Select(_ => TryAsync(server, Samples.Text(Samples.Long(60)), load.Token)).ToList();
        await Pending.UntilSomeAsync(server);
        RpcException? error = null;
        // Until the load is in the queue some of these are still answered.
        await Wait.UntilAsync(
            async () =>
                (error = (await TryAsync(server, Samples.Text(Samples.News), deadline: DateTime.UtcNow.AddSeconds(2))).Error)
                    is { StatusCode: StatusCode.ResourceExhausted },
            "a call with a short deadline is refused"
        );
        Assert.Contains("deadline cannot be met", error!.Status.Detail, StringComparison.Ordinal);
        Assert.Equal("DEADLINE_UNREACHABLE", error.GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason);
        Assert.NotNull(error.GetRpcStatus()!.GetDetail<RetryInfo>());
        await load.CancelAsync();
        await Task.WhenAll(long1);
    }

    [Fact]
    public async Task A_stream_is_slowed_down_by_a_full_queue_never_refused()
    {
        await using var server = await RunningServer.ServeAsync([.. RunningServer.Shipped, "Admission:MaxQueuedPaddedSubwords=200"]);
        var streams = Enumerable
            .Range(0, 4)
            .Select(async stream =>
            {
                using var call = server.Client.StreamExtractEntities(cancellationToken: Cancel);
                var writing = Task.Run(
                    async () =>
                    {
                        for (var i = 0; i < 60; i++)
                            await call.RequestStream.WriteAsync(Samples.Streamed(Samples.Varied(i), id: $"{stream}-{i}"), Cancel);
                        await call.RequestStream.CompleteAsync();
                    },
                    Cancel
                );
                var answers = await call.ResponseStream.OutcomesAsync(Cancel);
                await writing.WithinLimitAsync();
                return answers;
            });
        var all = await Task.WhenAll(streams);
        Assert.All(all, answers => Assert.Equal(60, answers.Count));
        Assert.All(all.SelectMany(a => a), a => Assert.Equal(V1.DocumentOutcome.OutcomeOneofCase.Result, a.OutcomeCase));
    }

    [Fact]
    public async Task Counters_add_up_whatever_became_of_the_requests()
    {
        await using var server = await RunningServer.ServeAsync([.. RunningServer.Shipped, "Admission:MaxQueuedPaddedSubwords=3000"]);
        using var counters = new Counters(server);
        using var leaving = new CancellationTokenSource();
        // Answered or refused for want of room.
        var calls = Enumerable.Range(0, 200).Select(i => TryAsync(server, Samples.Text(Samples.Varied(i)))).ToList();
        // Refused for what they are; one cannot even be read.
        calls.AddRange(Enumerable.Range(0, 20).Select(_ => TryAsync(server, new V1.ExtractEntitiesRequest())));
        calls.Add(TryAsync(server, Samples.Text(new string('a', 9_000_000))));
        var outcomes = await Task.WhenAll(calls);
        // Cancelled by a caller that leaves.
        var left = TryAsync(server, Samples.Text(Samples.Long(5_000)), leaving.Token);
        await Pending.UntilSomeAsync(server);
        await leaving.CancelAsync();
        await left.WithinLimitAsync();
        // A stream with a bad document.
        using (var call = server.Client.StreamExtractEntities(cancellationToken: Cancel))
        {
            foreach (var request in new[] { Samples.Text(Samples.News), new V1.ExtractEntitiesRequest(), Samples.Text("") })
                await call.RequestStream.WriteAsync(Samples.Streamed(request), Cancel);
            await call.RequestStream.CompleteAsync();
            Assert.Equal(3, (await call.ResponseStream.OutcomesAsync(Cancel)).Count);
        }
        await counters.UntilNothingIsUnderWayAsync(221 + 1 + 3);
        Assert.Equal(221 + 1 + 3, counters.Received);
        Assert.Equal(counters.Received, counters.Ended);
        Assert.Equal(3, counters["ner.requests.received kind=stream"]);
        Assert.Equal(outcomes.Count(o => o.Error is null) + 2, counters.Completed("answered"));
        Assert.Equal(outcomes.Count(o => o.Error is not null) + 1, counters.Completed("refused"));
        Assert.Equal(1, counters.Completed("cancelled"));
        Assert.Equal(0, counters.Completed("failed"));
        Assert.Equal(0, counters["ner.requests.completed code=Unknown"]);
    }

    private static async Task<(V1.ExtractEntitiesResponse? Answer, RpcException? Error)> TryAsync(
        RunningServer server,
        V1.ExtractEntitiesRequest request,
        CancellationToken? leaving = null,
        DateTime? deadline = null
    )
    {
        try
        {
            return (await server.Client.ExtractEntitiesAsync(request, deadline: deadline, cancellationToken: leaving ?? Cancel), null);
        }
        catch (RpcException e)
        {
            return (null, e);
        }
    }
}
