using NerService.Batch;
using NerService.Batch.Output;
using NerService.Batch.Queue;
using NerService.Batch.Tests;

namespace NerService.FunctionalTests.Cli.Queue;

/// <summary>Servers that refuse: too small, full, away, locked.</summary>
public sealed class QueueServerTests : QueueTestBase
{
    [Fact]
    public async Task A_document_larger_than_the_servers_messages_is_an_error_of_its_own()
    {
        using var server = await NatsServer.StartAsync(new NatsServer.Configuration { MaxPayload = "4KB" });
        var input = Folder.Write("in.jsonl", $"{{\"id\":\"long\",\"text\":\"{new string('غ', 5000)}\"}}\n{{\"id\":\"short\",\"text\":\"غزة\"}}\n");
        await SubmitAsync(server, input);
        await WorkAsync(server, new FakeTagger());
        var totals = await CollectAsync(server, new OutputOptions { Path = Folder["out"] });
        Assert.Equal((1, 1), (totals.Documents, totals.Errors));
        Assert.Contains("max_payload", File.ReadAllText(Folder["out.errors.jsonl"]), StringComparison.Ordinal);
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
        var input = Folder.Write(
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
        var totals = await CollectAsync(server, new OutputOptions { Path = Folder["out"] });
        Assert.Equal((1, 1), (totals.Documents, totals.Errors));
        Assert.Matches(
            "\"id\":\"many\",\"reason\":\"As a message the answer has [0-9]+ bytes; the queue's server takes 4096 \\(its max_payload\\).\"",
            File.ReadAllText(Folder["out.errors.jsonl"])
        );
    }

    [Fact]
    public async Task What_the_queue_refuses_is_counted_apart_from_what_is_on_it()
    {
        using var server = await NatsServer.StartAsync(new NatsServer.Configuration { MaxPayload = "4KB" });
        // A document too large, a line that is not a document, and one whose content is too large to go with it.
        var input = Folder.Write(
            "in.jsonl",
            $"{{\"id\":\"long\",\"text\":\"{new string('غ', 5000)}\"}}\n{{\"text\":\"غزة\"}}\nno json\n[\"{new string('x', 5000)}\"]\n"
        );
        var submission = await SubmitAsync(server, input);
        Assert.Equal(new Submission(Documents: 1, Refused: 3, Again: 0), submission);
        Assert.Equal(submission, await SubmitAsync(server, input));
        await WorkAsync(server, new FakeTagger());
        var totals = await CollectAsync(server, new OutputOptions { Path = Folder["out"] });
        Assert.Equal((1, 3), (totals.Documents, totals.Errors));
        Assert.Contains("not an object", File.ReadLines(Folder["out.errors.jsonl"]).Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_server_is_said_and_the_same_command_goes_on_when_there_is_room()
    {
        var store = new NatsServer.Configuration { MaxFileStore = "256KB" };
        var input = Folder.Write("in.jsonl", SampleNews.Jsonl(4000));
        using (var server = await NatsServer.StartAsync(store))
        {
            await using (var queue = await ConnectAsync(server, publishAttempts: 1))
            {
                var error = await Assert.ThrowsAsync<BatchException>(() => queue.GuardAsync(() => SubmitAsync(queue, input)));
                Assert.Equal(BatchFailure.ServerRefused, error.Failure);
                Assert.Contains("has no room for job 'test'", error.Message, StringComparison.Ordinal);
            }
            store = store with { MaxFileStore = null, StoreFolder = await server.KeepStoreAsync() };
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
            queue.GuardAsync(() => SubmitAsync(queue, Folder.Write("in.jsonl", "{\"text\":\"غزة\"}\n")))
        );
        Assert.Contains("has no JetStream", refusal.Message, StringComparison.Ordinal);
    }
}
