using NerService.Batch;
using NerService.Batch.Output;
using NerService.Batch.Queue;
using NerService.Batch.Tests;

namespace NerService.FunctionalTests.Cli.Queue;

/// <summary>Workers that end, wait, die or differ.</summary>
public sealed class QueueWorkerTests : QueueTestBase
{
    [Fact]
    public async Task A_poison_document_goes_to_the_dead_letters_with_its_reason_and_the_others_are_answered()
    {
        using var server = await NatsServer.StartAsync();
        var input = Folder.Write(
            "in.jsonl",
            "{\"id\":\"good\",\"text\":\"غزة\"}\n{\"id\":\"bad\",\"text\":\"سم\"}\n{\"id\":\"good2\",\"text\":\"بيروت\"}\n"
        );
        await SubmitAsync(server, input, maxTries: 2);
        var asked = 0;
        await WorkAsync(
            server,
            new FakeTagger { Refuse = request => request.Text == "سم" ? $"It cannot be answered ({Interlocked.Increment(ref asked)})." : null }
        );
        Assert.Equal(2, asked);
        var totals = await CollectAsync(server, new OutputOptions { Path = Folder["out"] });
        Assert.Equal((2, 1), (totals.Documents, totals.Errors));
        Assert.Contains(
            "\"id\":\"bad\",\"reason\":\"It cannot be answered (2).\"",
            File.ReadAllText(Folder["out.errors.jsonl"]),
            StringComparison.Ordinal
        );
        await using var queue = await ConnectAsync(server);
        Assert.Equal(1, await queue.CountAsync(queue.Names.DeadLetters, Token));
    }

    [Fact]
    public async Task A_document_whose_workers_never_answer_is_buried_after_its_tries()
    {
        using var server = await NatsServer.StartAsync();
        await SubmitAsync(server, Folder.Write("in.jsonl", "{\"id\":\"killer\",\"text\":\"غزة\"}\n"), maxTries: 1, ackWait: TimeSpan.FromSeconds(1));
        await using (var queue = await ConnectAsync(server))
            await FirstAsync(await queue.WorkersAsync(Token));
        await WorkAsync(server, new FakeTagger { Refuse = _ => throw new InvalidOperationException("It was asked about a killer.") });
        Assert.Equal(
            (0, 1),
            (await CollectAsync(server, new OutputOptions { Path = Folder["out"] })) is var totals ? (totals.Documents, totals.Errors) : default
        );
        Assert.Contains("Delivered 2 times without an answer", File.ReadAllText(Folder["out.errors.jsonl"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Workers_with_another_model_are_refused()
    {
        using var server = await NatsServer.StartAsync();
        await SubmitAsync(server, Folder.Write("in.jsonl", SampleNews.Jsonl(5)));
        await WorkAsync(server, new FakeTagger());
        var error = await Assert.ThrowsAsync<BatchException>(() => WorkAsync(server, new FakeTagger { Model = "fake@2" }));
        Assert.Contains("model: was fake@1, is fake@2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_draining_worker_does_not_wait_for_a_job_that_is_not_there()
    {
        using var server = await NatsServer.StartAsync();
        var error = await Assert.ThrowsAsync<BatchException>(() => WorkAsync(server, new FakeTagger()));
        Assert.Equal(BatchFailure.BadInput, error.Failure);
        Assert.Contains("--job 'test' is not on the queue", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_says_what_it_waits_for_and_ends_when_the_job_is_removed()
    {
        using var server = await NatsServer.StartAsync();
        await SubmitAsync(server, Folder.Write("in.jsonl", SampleNews.Jsonl(3)));
        await using var queue = await ConnectAsync(server);
        using var worker = new QueueWorker(queue, new FakeTagger(), new WorkerOptions());
        var working = worker.RunAsync(Token);
        await CollectAsync(server, new OutputOptions { Path = Folder["out"] });
        await queue.DeleteAsync(Token);
        var error = await Assert.ThrowsAsync<BatchException>(() => working.WithinLimitAsync());
        Assert.Contains("is not on the queue", error.Message, StringComparison.Ordinal);

        var waiting = new TaskCompletionSource<string>();
        using var early = new QueueWorker(queue, new FakeTagger(), new WorkerOptions { Waiting = what => waiting.TrySetResult(what) });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var idle = early.RunAsync(stop.Token);
        Assert.Contains("waiting for 'ner queue submit'", await waiting.Task.WithinLimitAsync(), StringComparison.Ordinal);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => idle);
    }
}
