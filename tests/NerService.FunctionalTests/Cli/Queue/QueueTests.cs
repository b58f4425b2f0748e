using System.Text.Json;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using NATS.Net;
using NerService.Batch;
using NerService.Batch.Checkpoints;
using NerService.Batch.Documents;
using NerService.Batch.Output;
using NerService.Batch.Queue;
using NerService.Batch.Tests;

namespace NerService.FunctionalTests.Cli.Queue;

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
        await using (var queue = await ConnectAsync(server))
            Assert.Equal(30, await queue.CountAsync(queue.Names.Documents, Token));
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
        await using (var queue = await ConnectAsync(server))
            Assert.Equal(40, await queue.CountAsync(queue.Names.Documents, Token));
    }

    [Fact]
    public async Task A_document_answered_twice_is_collected_once()
    {
        using var server = await NatsServer.StartAsync();
        await SubmitAsync(server, _folder.Write("in.jsonl", SampleNews.Jsonl(20)));
        await WorkAsync(server, new FakeTagger());
        await using (var queue = await ConnectAsync(server))
        {
            // As a worker does that died between publishing and acknowledging, or whoever got its document.
            var first = await FirstAsync(await queue.ResultsAsync(Token));
            await queue.PublishResultAsync(QueueJson.Read<QueuedResult>(first).Document.Number, first, Token);
            Assert.Equal(20, await queue.CountAsync(queue.Names.Results, Token));
        }
        Assert.Equal(20, (await CollectAsync(server, new OutputOptions { Path = _folder["out"] })).Documents);
        Assert.Equal(
            20,
            File.ReadLines(_folder["out"]).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("id").GetString()).Distinct().Count()
        );
    }

    [Fact]
    public async Task A_poison_document_goes_to_the_dead_letters_with_its_reason_and_the_others_are_answered()
    {
        using var server = await NatsServer.StartAsync();
        var input = _folder.Write(
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
        var totals = await CollectAsync(server, new OutputOptions { Path = _folder["out"] });
        Assert.Equal((2, 1), (totals.Documents, totals.Errors));
        Assert.Contains(
            "\"id\":\"bad\",\"reason\":\"It cannot be answered (2).\"",
            File.ReadAllText(_folder["out.errors.jsonl"]),
            StringComparison.Ordinal
        );
        await using var queue = await ConnectAsync(server);
        Assert.Equal(1, await queue.CountAsync(queue.Names.DeadLetters, Token));
    }

    [Fact]
    public async Task A_document_whose_workers_never_answer_is_buried_after_its_tries()
    {
        using var server = await NatsServer.StartAsync();
        await SubmitAsync(server, _folder.Write("in.jsonl", "{\"id\":\"killer\",\"text\":\"غزة\"}\n"), maxTries: 1, ackWait: TimeSpan.FromSeconds(1));
        await using (var queue = await ConnectAsync(server))
            await FirstAsync(await queue.WorkersAsync(Token));
        await WorkAsync(server, new FakeTagger { Refuse = _ => throw new InvalidOperationException("It was asked about a killer.") });
        Assert.Equal(
            (0, 1),
            (await CollectAsync(server, new OutputOptions { Path = _folder["out"] })) is var totals ? (totals.Documents, totals.Errors) : default
        );
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
        using var server = await NatsServer.StartAsync(new NatsServer.Configuration { MaxPayload = "4KB" });
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

    [Fact]
    public async Task An_answer_larger_than_the_servers_messages_is_computed_once()
    {
        using var server = await NatsServer.StartAsync(new NatsServer.Configuration { MaxPayload = "4KB" });
        // Fits as a document, not with the answer for each of its words.
        var input = _folder.Write(
            "in.jsonl",
            $"{{\"id\":\"many\",\"text\":\"{string.Join(' ', Enumerable.Repeat("غزة", 200))}\"}}\n{{\"id\":\"few\",\"text\":\"غزة\"}}\n"
        );
        await SubmitAsync(server, input);
        var asked = 0;
        await WorkAsync(
            server,
            new FakeTagger
            {
                Refuse = _ =>
                {
                    Interlocked.Increment(ref asked);
                    return null;
                },
            }
        );
        Assert.Equal(2, asked);
        var totals = await CollectAsync(server, new OutputOptions { Path = _folder["out"] });
        Assert.Equal((1, 1), (totals.Documents, totals.Errors));
        Assert.Matches(
            "\"id\":\"many\",\"reason\":\"As a message the answer has [0-9]+ bytes; the queue's server takes 4096 \\(its max_payload\\).\"",
            File.ReadAllText(_folder["out.errors.jsonl"])
        );
    }

    [Fact]
    public async Task What_the_queue_refuses_is_counted_apart_from_what_is_on_it()
    {
        using var server = await NatsServer.StartAsync(new NatsServer.Configuration { MaxPayload = "4KB" });
        // A document too large, a line that is no document, and one whose content is too large to go with it.
        var input = _folder.Write(
            "in.jsonl",
            $"{{\"id\":\"long\",\"text\":\"{new string('غ', 5000)}\"}}\n{{\"text\":\"غزة\"}}\nno json\n[\"{new string('x', 5000)}\"]\n"
        );
        var submission = await SubmitAsync(server, input);
        Assert.Equal(new Submission(Documents: 1, Refused: 3, Again: 0), submission);
        Assert.Equal(submission, await SubmitAsync(server, input));
        await WorkAsync(server, new FakeTagger());
        var totals = await CollectAsync(server, new OutputOptions { Path = _folder["out"] });
        Assert.Equal((1, 3), (totals.Documents, totals.Errors));
        Assert.Contains("not an object", File.ReadLines(_folder["out.errors.jsonl"]).Last(), StringComparison.Ordinal);
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
        await SubmitAsync(server, _folder.Write("in.jsonl", SampleNews.Jsonl(3)));
        await using var queue = await ConnectAsync(server);
        using var worker = new QueueWorker(queue, new FakeTagger(), new WorkerOptions());
        var working = worker.RunAsync(Token);
        await CollectAsync(server, new OutputOptions { Path = _folder["out"] });
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

    [Theory]
    [InlineData("documents")]
    [InlineData("results")]
    public async Task What_a_restored_server_lost_is_named_by_worker_and_collector_and_submitted_again(string what)
    {
        using var server = await NatsServer.StartAsync();
        var input = _folder.Write("in.jsonl", SampleNews.Jsonl(30));
        await Job.RunAsync(input, _folder["local"]);
        await SubmitAsync(server, input);
        if (what == "results")
            await WorkAsync(server, new FakeTagger());
        await LoseAsync(server, what);

        foreach (
            var ask in (Func<Task>[])
                [() => WorkAsync(server, new FakeTagger()), () => CollectAsync(server, new OutputOptions { Path = _folder["out"] })]
        )
        {
            var error = await Assert.ThrowsAsync<BatchException>(() => ask().WithinLimitAsync());
            Assert.Equal(BatchFailure.ResultsLost, error.Failure);
            Assert.Contains("has lost 30 documents of job 'test'", error.Message, StringComparison.Ordinal);
            Assert.Contains("Their numbers: 1-30.", error.Message, StringComparison.Ordinal);
        }
        Assert.Equal(new Submission(Documents: 30, Refused: 0, Again: 30), await SubmitAsync(server, input));
        await WorkAsync(server, new FakeTagger());
        await CollectAsync(server, new OutputOptions { Path = _folder["out"] });
        Assert.Equal(File.ReadAllBytes(_folder["local"]), File.ReadAllBytes(_folder["out"]));
    }

    [Fact]
    public async Task Of_answers_lost_in_part_only_those_are_computed_again()
    {
        using var server = await NatsServer.StartAsync();
        var input = _folder.Write("in.jsonl", SampleNews.Jsonl(30));
        await Job.RunAsync(input, _folder["local"]);
        await SubmitAsync(server, input);
        await WorkAsync(server, new FakeTagger());
        foreach (var number in (int[])[3, 7, 8, 9, 30])
            await LoseAsync(server, "results", $"ner.test.results.{number}");
        var error = await Assert.ThrowsAsync<BatchException>(() =>
            CollectAsync(server, new OutputOptions { Path = _folder["out"] }).WithinLimitAsync()
        );
        Assert.Contains("Their numbers: 3, 7-9, 30.", error.Message, StringComparison.Ordinal);
        Assert.Equal(5, (await SubmitAsync(server, input)).Again);
        var asked = 0;
        await WorkAsync(
            server,
            new FakeTagger
            {
                Refuse = _ =>
                {
                    Interlocked.Increment(ref asked);
                    return null;
                },
            }
        );
        Assert.Equal(5, asked);
        await CollectAsync(server, new OutputOptions { Path = _folder["out"] });
        Assert.Equal(File.ReadAllBytes(_folder["local"]), File.ReadAllBytes(_folder["out"]));
    }

    [Fact]
    public async Task An_empty_job_is_collected_without_any_worker()
    {
        using var server = await NatsServer.StartAsync();
        await SubmitAsync(server, _folder.Write("in.jsonl", ""));
        Assert.Equal(0, (await CollectAsync(server, new OutputOptions { Path = _folder["out"] }).WithinLimitAsync()).Documents);
        Assert.Empty(File.ReadAllBytes(_folder["out"]));
    }

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

    [Theory]
    [InlineData("_")]
    [InlineData("_a__b_")]
    [InlineData("-")]
    [InlineData("RESULTS")]
    public async Task Any_name_that_is_taken_works(string name)
    {
        using var server = await NatsServer.StartAsync();
        var input = _folder.Write("in.jsonl", SampleNews.Jsonl(3));
        // Beside another job of a name that it could be mixed up with.
        foreach (var job in (string[])[name, name + "_RESULTS"])
        {
            await using var queue = await JobQueue.ConnectAsync(server.Url, job, Token);
            await SubmitAsync(queue, input);
            using var worker = new QueueWorker(queue, new FakeTagger(), new WorkerOptions { Drain = true });
            await worker.RunAsync(Token);
            Assert.Equal(
                3,
                (await QueueCollector.CollectAsync(queue, new OutputOptions { Path = _folder[job] }, new BatchProgress(), Token)).Documents
            );
        }
    }

    [Fact]
    public async Task A_full_server_is_said_and_the_same_command_goes_on_when_there_is_room()
    {
        var store = new NatsServer.Configuration { MaxFileStore = "256KB" };
        var input = _folder.Write("in.jsonl", SampleNews.Jsonl(4000));
        using (var server = await NatsServer.StartAsync(store))
        {
            await using var queue = await ConnectAsync(server, publishAttempts: 1);
            var error = await Assert.ThrowsAsync<BatchException>(() => queue.GuardAsync(() => SubmitAsync(queue, input)));
            Assert.Equal(BatchFailure.ServerRefused, error.Failure);
            Assert.Contains("has no room for job 'test'", error.Message, StringComparison.Ordinal);
            store = store with { MaxFileStore = null, StoreFolder = server.KeepStore() };
        }
        using var larger = await NatsServer.StartAsync(store);
        Assert.Equal(4000, (await SubmitAsync(larger, input)).Documents);
        await using var again = await ConnectAsync(larger);
        Assert.Equal(4000, await again.CountAsync(again.Names.Documents, Token));
    }

    [Theory]
    [InlineData("nats://ner:s3cret@127.0.0.1:1")]
    [InlineData("nats://ner:s3cret@x@127.0.0.1:1,nats://other:s3cret@127.0.0.1:2")]
    [InlineData("nats://s3cret@127.0.0.1:1")]
    [InlineData("nats://ner:s3cret@bad host:1")]
    public async Task A_password_is_in_no_message(string url)
    {
        var error = await Assert.ThrowsAsync<BatchException>(() => JobQueue.ConnectAsync(url, "job", Token));
        Assert.DoesNotContain("s3cret", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("***@", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_and_a_server_without_JetStream_are_said()
    {
        using (var locked = await NatsServer.StartAsync(new NatsServer.Configuration { Password = "right" }))
        {
            var error = await Assert.ThrowsAsync<BatchException>(() =>
                JobQueue.ConnectAsync(locked.Url.Replace("nats://", "nats://ner:wrong@", StringComparison.Ordinal), "test", Token)
            );
            Assert.Equal(BatchFailure.ServerRefused, error.Failure);
            Assert.DoesNotContain("wrong", error.ToString(), StringComparison.Ordinal);
        }
        using var plain = await NatsServer.StartAsync(new NatsServer.Configuration { JetStream = false });
        await using var queue = await ConnectAsync(plain);
        var refusal = await Assert.ThrowsAsync<BatchException>(() =>
            queue.GuardAsync(() => SubmitAsync(queue, _folder.Write("in.jsonl", "{\"text\":\"غزة\"}\n")))
        );
        Assert.Contains("has no JetStream", refusal.Message, StringComparison.Ordinal);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static async Task<JobQueue> ConnectAsync(NatsServer server, int publishAttempts = 5) =>
        await JobQueue.ConnectAsync(server.Url, "test", Token, publishAttempts);

    private static async Task<Submission> SubmitAsync(
        NatsServer server,
        string input,
        OutputFormat format = OutputFormat.Jsonl,
        int maxTries = 5,
        TimeSpan? ackWait = null
    )
    {
        await using var queue = await ConnectAsync(server);
        return await SubmitAsync(queue, input, format, maxTries, ackWait);
    }

    private static async Task<Submission> SubmitAsync(
        JobQueue queue,
        string input,
        OutputFormat format = OutputFormat.Jsonl,
        int maxTries = 5,
        TimeSpan? ackWait = null
    )
    {
        var options = new SubmissionOptions
        {
            Format = format,
            Extract = Job.Extract,
            AckWait = ackWait ?? TimeSpan.FromSeconds(30),
            MaxTries = maxTries,
        };
        var found = await JobInput.FindAsync(new InputOptions { Patterns = [input] }, Token);
        return await QueueSubmitter.SubmitAsync(queue, found, options, new BatchProgress(), Token);
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

    /// <summary>What a stream held, or one subject of it, is not in the copy that the server is restored from.</summary>
    private static async Task LoseAsync(NatsServer server, string stream, string? subject = null)
    {
        await using var client = new NatsClient(server.Url);
        await client
            .CreateJetStreamContext()
            .PurgeStreamAsync($"NER_test_{stream.ToUpperInvariant()}", new StreamPurgeRequest { Filter = subject }, Token);
    }

    /// <summary>Takes one message and says nothing more about it, as a worker that dies.</summary>
    private static async Task<byte[]> FirstAsync(INatsJSConsumer consumer)
    {
        await foreach (var message in consumer.FetchAsync<byte[]>(new NatsJSFetchOpts { MaxMsgs = 1 }, cancellationToken: Token))
            return message.Data!;
        throw new InvalidOperationException("There is no message.");
    }
}
