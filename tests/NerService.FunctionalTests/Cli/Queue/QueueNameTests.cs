using NerService.Batch;
using NerService.Batch.Checkpoints;
using NerService.Batch.Output;
using NerService.Batch.Queue;
using NerService.Batch.Tests;

namespace NerService.FunctionalTests.Cli.Queue;

/// <summary>Names of jobs.</summary>
public sealed class QueueNameTests : QueueTestBase
{
    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a.b")]
    [InlineData("*")]
    [InlineData("../a")]
    [InlineData("a\n")]
    [InlineData("وظيفة")]
    public async Task A_jobs_name_that_the_server_would_not_take_is_refused(string name)
    {
        var error = await Assert.ThrowsAsync<BatchException>(() => JobQueue.ConnectAsync("nats://127.0.0.1:1", name, Token));
        Assert.Equal(BatchFailure.Usage, error.Failure);
        Assert.Contains("letters, digits, - and _", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deleting_a_job_that_is_not_there_is_an_error_as_a_name_with_a_typing_error_is()
    {
        using var server = await NatsServer.StartAsync();
        await using var queue = await JobQueue.ConnectAsync(server.Url, "mistyped", Token);
        var error = await Assert.ThrowsAsync<BatchException>(() => queue.DeleteAsync(Token));
        Assert.Equal(BatchFailure.BadInput, error.Failure);
        Assert.Contains("--job 'mistyped' is not on the queue", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("_")]
    [InlineData("_a__b_")]
    [InlineData("-")]
    [InlineData("RESULTS")]
    public async Task Any_name_that_is_taken_works(string name)
    {
        using var server = await NatsServer.StartAsync();
        var input = Folder.Write("in.jsonl", SampleNews.Jsonl(3));
        // Beside another job of a name that it could be mixed up with.
        foreach (var job in (string[])[name, name + "_RESULTS"])
        {
            await using var queue = await JobQueue.ConnectAsync(server.Url, job, Token);
            await SubmitAsync(queue, input);
            using var worker = new QueueWorker(queue, new FakeTagger(), new WorkerOptions { Drain = true });
            await worker.RunAsync(Token);
            Assert.Equal(
                3,
                (await QueueCollector.CollectAsync(queue, new OutputOptions { Path = Folder[job] }, new BatchProgress(), Token)).Documents
            );
        }
    }
}
