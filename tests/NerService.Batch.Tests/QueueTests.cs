using System.Text.Json;
using NerService.Batch.Checkpoints;
using NerService.Batch.Documents;
using NerService.Batch.Output;
using NerService.Batch.Queue;

namespace NerService.Batch.Tests;

/// <summary>Jobs on a real queue, answered by workers in this process.</summary>
public sealed class QueueTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("out.jsonl")]
    [InlineData("out.conll.gz")]
    [InlineData("out.parquet")]
    public async Task What_is_collected_is_what_a_local_job_writes(string name)
    {
        using var server = await NatsServer.StartAsync();
        var input = _folder.Write("in.jsonl", SampleNews.Jsonl(150, badEach: 20));
        await Job.RunAsync(input, _folder["local-" + name]);
        var output = new OutputOptions { Path = _folder[name], BlockDocuments = 10 };
        await SubmitAsync(server, input, output.Resolved().Format);
        await Task.WhenAll(WorkAsync(server, new FakeTagger()), WorkAsync(server, new FakeTagger()), WorkAsync(server, new FakeTagger()));
        var totals = await CollectAsync(server, output);
        Assert.Equal((150, 7), (totals.Documents, totals.Errors));
        Assert.Equal(File.ReadAllBytes(_folder["local-" + name]), File.ReadAllBytes(_folder[name]));
        Assert.Equal(File.ReadAllBytes(_folder["local-" + name] + ".errors.jsonl"), File.ReadAllBytes(_folder[name] + ".errors.jsonl"));
    }

    [Fact]
    public async Task A_submission_that_is_repeated_adds_nothing_and_another_input_is_refused()
    {
        using var server = await NatsServer.StartAsync();
        var input = _folder.Write("in.jsonl", SampleNews.Jsonl(30));
        await SubmitAsync(server, input);
        await SubmitAsync(server, input);
        await using (var queue = await ConnectAsync(server)) Assert.Equal(30, await queue.CountAsync(queue.Names.Documents, Token));
        File.AppendAllText(input, SampleNews.Jsonl(1));
        Assert.Contains("input 1", (await Assert.ThrowsAsync<BatchException>(() => SubmitAsync(server, input))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_submission_that_died_goes_on_and_each_document_is_answered_once()
    {
        using var server = await NatsServer.StartAsync();
        var input = _folder.Write("in.jsonl", SampleNews.Jsonl(40));
        await SubmitAsync(server, input);
        // As if it had died before it noted how far it was: everything is sent again, under the same numbers.
        await using (var queue = await ConnectAsync(server))
        {
            var (job, revision) = (await queue.GetJobAsync(Token))!.Value;
            await queue.CreateAsync(TimeSpan.FromSeconds(30), Token);
            await queue.PutJobAsync(job with { Submitted = 0, File = 0, Records = 0, Complete = false }, revision, Token);
        }
        await SubmitAsync(server, input);
        await using (var queue = await ConnectAsync(server)) Assert.Equal(40, await queue.CountAsync(queue.Names.Documents, Token));
    }

    [Fact]
    public async Task A_document_answered_twice_is_collected_once()
    {
        using var server = await NatsServer.StartAsync();
        await SubmitAsync(server, _folder.Write("in.jsonl", SampleNews.Jsonl(20)));
        await WorkAsync(server, new FakeTagger());
        await using (var queue = await ConnectAsync(server))
        {
            // The same answer under another message id, as one that comes after the server has forgotten the first.
            var first = await FirstAsync(await queue.ResultsAsync(Token));
            await queue.PublishAsync(queue.Names.Results, "late", first, Token);
            Assert.Equal(21, await queue.CountAsync(queue.Names.Results, Token));
        }
        Assert.Equal(20, (await CollectAsync(server, new OutputOptions { Path = _folder["out"] })).Documents);
        Assert.Equal(20, File.ReadLines(_folder["out"]).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("id").GetString()).Distinct().Count());
    }

    [Fact]
    public async Task A_poison_document_goes_to_the_dead_letters_with_its_reason_and_the_others_are_answered()
    {
        using var server = await NatsServer.StartAsync();
        var input = _folder.Write("in.jsonl", "{\"id\":\"good\",\"text\":\"غزة\"}\n{\"id\":\"bad\",\"text\":\"سم\"}\n{\"id\":\"good2\",\"text\":\"بيروت\"}\n");
        await SubmitAsync(server, input, maxTries: 2);
        var asked = 0;
        await WorkAsync(server, new FakeTagger { Refuse = request => request.Text == "سم" ? $"It cannot be answered ({Interlocked.Increment(ref asked)})." : null });
        Assert.Equal(2, asked);
        var totals = await CollectAsync(server, new OutputOptions { Path = _folder["out"] });
        Assert.Equal((2, 1), (totals.Documents, totals.Errors));
        Assert.Contains("\"id\":\"bad\",\"reason\":\"It cannot be answered (2).\"", File.ReadAllText(_folder["out.errors.jsonl"]), StringComparison.Ordinal);
        await using var queue = await ConnectAsync(server);
        Assert.Equal(1, await queue.CountAsync(queue.Names.DeadLetters, Token));
    }

    [Fact]
    public async Task A_document_whose_workers_never_answer_is_buried_after_its_tries()
    {
        using var server = await NatsServer.StartAsync();
        await SubmitAsync(server, _folder.Write("in.jsonl", "{\"id\":\"killer\",\"text\":\"غزة\"}\n"), maxTries: 1, ackWait: TimeSpan.FromSeconds(1));
        await using (var queue = await ConnectAsync(server)) await FirstAsync(await queue.WorkersAsync(Token));
        await WorkAsync(server, new FakeTagger { Refuse = _ => throw new InvalidOperationException("It was asked about a killer.") });
        Assert.Equal((0, 1), (await CollectAsync(server, new OutputOptions { Path = _folder["out"] })) is var totals ? (totals.Documents, totals.Errors) : default);
        Assert.Contains("Delivered 2 times without an answer", File.ReadAllText(_folder["out.errors.jsonl"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Workers_with_another_model_are_refused()
    {
        using var server = await NatsServer.StartAsync();
        await SubmitAsync(server, _folder.Write("in.jsonl", SampleNews.Jsonl(5)));
        await WorkAsync(server, new FakeTagger());
        var error = await Assert.ThrowsAsync<BatchException>(() => WorkAsync(server, new FakeTagger { Model = "fake@2" }));
        Assert.Contains("model: was fake@1, is fake@2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_document_larger_than_the_servers_messages_is_an_error_of_its_own()
    {
        using var server = await NatsServer.StartAsync(maxPayload: "4KB");
        var input = _folder.Write("in.jsonl", $"{{\"id\":\"long\",\"text\":\"{new string('غ', 5000)}\"}}\n{{\"id\":\"short\",\"text\":\"غزة\"}}\n");
        await SubmitAsync(server, input);
        await WorkAsync(server, new FakeTagger());
        var totals = await CollectAsync(server, new OutputOptions { Path = _folder["out"] });
        Assert.Equal((1, 1), (totals.Documents, totals.Errors));
        Assert.Contains("max_payload", File.ReadAllText(_folder["out.errors.jsonl"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_said()
    {
        var error = await Assert.ThrowsAsync<BatchException>(() => JobQueue.ConnectAsync("nats://127.0.0.1:1", "job", Token));
        Assert.Equal(BatchFailure.ServerRefused, error.Failure);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Task<JobQueue> ConnectAsync(NatsServer server) => JobQueue.ConnectAsync(server.Url, "test", Token);

    private static async Task SubmitAsync(NatsServer server, string input, OutputFormat format = OutputFormat.Jsonl, int maxTries = 5, TimeSpan? ackWait = null)
    {
        await using var queue = await ConnectAsync(server);
        await QueueSubmitter.SubmitAsync(queue, new InputOptions { Patterns = [input] }, format, Job.Extract, ackWait ?? TimeSpan.FromSeconds(30), maxTries, new BatchProgress(), Token);
    }

    private static async Task WorkAsync(NatsServer server, FakeTagger tagger)
    {
        await using var queue = await ConnectAsync(server);
        using var worker = new QueueWorker(queue, tagger, new WorkerOptions { Pull = 7, Drain = true });
        await worker.RunAsync(Token);
    }

    private static async Task<BatchTotals> CollectAsync(NatsServer server, OutputOptions output)
    {
        await using var queue = await ConnectAsync(server);
        return await QueueCollector.CollectAsync(queue, output, new BatchProgress(), Token);
    }

    /// <summary>Takes one message and says nothing more about it, as a worker that dies.</summary>
    private static async Task<byte[]> FirstAsync(NATS.Client.JetStream.INatsJSConsumer consumer)
    {
        await foreach (var message in consumer.FetchAsync<byte[]>(new NATS.Client.JetStream.NatsJSFetchOpts { MaxMsgs = 1 }, cancellationToken: Token)) return message.Data!;
        throw new InvalidOperationException("There is no message.");
    }
}
