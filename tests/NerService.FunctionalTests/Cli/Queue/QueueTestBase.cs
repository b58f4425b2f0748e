using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using NATS.Net;
using NerService.Batch.Checkpoints;
using NerService.Batch.Documents;
using NerService.Batch.Output;
using NerService.Batch.Queue;
using NerService.Batch.Tests;

namespace NerService.FunctionalTests.Cli.Queue;

/// <summary>
/// What tests of the queue do: submit, work and collect. They mostly wait for a real server, so that they lie in several classes, which run side by
/// side.
/// </summary>
public abstract class QueueTestBase : IDisposable
{
    private protected TemporaryFolder Folder { get; } = new();

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected static async Task<JobQueue> ConnectAsync(NatsServer server, int publishAttempts = 5) =>
        await JobQueue.ConnectAsync(server.Url, "test", Token, publishAttempts);

    private protected static async Task<Submission> SubmitAsync(
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

    private protected static async Task<Submission> SubmitAsync(
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

    private protected static async Task WorkAsync(NatsServer server, FakeTagger tagger)
    {
        await using var queue = await ConnectAsync(server);
        using var worker = new QueueWorker(queue, tagger, new WorkerOptions { Pull = 7, Drain = true });
        await worker.RunAsync(Token);
    }

    private protected static async Task<BatchTotals> CollectAsync(NatsServer server, OutputOptions output)
    {
        await using var queue = await ConnectAsync(server);
        return await QueueCollector.CollectAsync(queue, output, new BatchProgress(), Token);
    }

    /// <summary>What a stream held, or one subject of it, is not in the copy that the server is restored from.</summary>
    private protected static async Task LoseAsync(NatsServer server, string stream, string? subject = null)
    {
        await using var client = new NatsClient(server.Url);
        await client
            .CreateJetStreamContext()
            .PurgeStreamAsync($"NER_test_{stream.ToUpperInvariant()}", new StreamPurgeRequest { Filter = subject }, Token);
    }

    /// <summary>Takes one message and says nothing more about it, as a worker that dies.</summary>
    private protected static async Task<byte[]> FirstAsync(INatsJSConsumer consumer)
    {
        await foreach (var message in consumer.FetchAsync<byte[]>(new NatsJSFetchOpts { MaxMsgs = 1 }, cancellationToken: Token))
            return message.Data!;
        throw new InvalidOperationException("There is no message.");
    }

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }
}
