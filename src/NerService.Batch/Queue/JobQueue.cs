using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using NATS.Client.KeyValueStore;
using NATS.Net;
using Polly;

namespace NerService.Batch.Queue;

/// <summary>A job on the queue's server (NATS with JetStream). Owns the connection.</summary>
internal sealed class JobQueue : IAsyncDisposable
{
    private const string JobKey = "job",
        ModelKey = "model";

    /// <summary>How long the server recognizes a message that is sent twice. Later ones are recognized by whoever collects.</summary>
    private static readonly TimeSpan DuplicateWindow = TimeSpan.FromHours(1);

    private readonly NatsClient _client;
    private readonly INatsJSContext _streams;
    private readonly INatsKVContext _buckets;
    private readonly ResiliencePipeline _patience;
    private INatsKVStore? _bucket;

    private JobQueue(NatsClient client, QueueNames names, int publishAttempts)
    {
        (_client, Names) = (client, names);
        // Id or subject make a second try harmless, whatever became of the first.
        var retry = new RetryOptions { Attempts = publishAttempts, FirstDelay = TimeSpan.FromSeconds(1) };
        _patience = retry.Pipeline(error => error is NatsException, _ => null);
        _streams = client.CreateJetStreamContext();
        _buckets = _streams.CreateKeyValueStoreContext();
    }

    internal QueueNames Names { get; }

    /// <summary>Bytes of a message at most; the server's max_payload.</summary>
    internal int MaxPayload => _client.Connection.ServerInfo!.MaxPayload;

    /// <summary>
    /// Connects to a server by its address, or several separated by commas, which may hold a user and password; no message repeats them.
    /// </summary>
    /// <exception cref="BatchException">The name or address is none, or the server cannot be reached.</exception>
    internal static async Task<JobQueue> ConnectAsync(string url, string job, CancellationToken cancellationToken, int publishAttempts = 5)
    {
        var names = new QueueNames(job);
        NatsClient? client = null;
        try
        {
            client = new NatsClient(
                new NatsOpts
                {
                    Url = url,
                    Name = $"ner {job}",
                    ConnectTimeout = TimeSpan.FromSeconds(15),
                    RequestTimeout = TimeSpan.FromSeconds(30),
                }
            );
            await client.ConnectAsync().AsTask().WaitAsync(cancellationToken);
            return new JobQueue(client, names, publishAttempts);
        }
        catch (Exception e) when (e is NatsException or UriFormatException or ArgumentException)
        {
            if (client is not null)
                await client.DisposeAsync();
            var failure = e is NatsException ? BatchFailure.ServerRefused : BatchFailure.Usage;
            var reason = e.InnerException is { } inner ? $"{e.Message} ({inner.Message})" : e.Message.Split(" (Parameter '")[0];
            throw new BatchException(
                failure,
                $"--nats '{QueueErrors.WithoutPassword(url)}' cannot be reached: {QueueErrors.WithoutPassword(reason)}"
            );
        }
    }

    /// <summary>Makes the job's streams, where they are not there yet. A worker may be silent about a document for as long as it says.</summary>
    internal async Task CreateAsync(TimeSpan ackWait, CancellationToken cancellationToken)
    {
        await CreateStreamAsync(
            new StreamConfig(Names.Documents, [Names.DocumentsSubject]) { Retention = StreamConfigRetention.Workqueue },
            cancellationToken
        );
        await CreateStreamAsync(new StreamConfig(Names.Results, [Names.ResultsSubjects]) { MaxMsgsPerSubject = 1 }, cancellationToken);
        await CreateStreamAsync(new StreamConfig(Names.DeadLetters, [Names.DeadLettersSubject]), cancellationToken);
        var consumer = new ConsumerConfig(QueueNames.Consumer)
        {
            AckPolicy = ConsumerConfigAckPolicy.Explicit,
            AckWait = ackWait,
            MaxDeliver = -1,
            MaxAckPending = 20_000,
        };
        await _streams.CreateOrUpdateConsumerAsync(Names.Documents, consumer, cancellationToken);
        _bucket = await _buckets.CreateStoreAsync(new NatsKVConfig(Names.Bucket) { History = 1 }, cancellationToken);
    }

    /// <summary>What the job is; null when nobody has submitted it yet.</summary>
    internal async Task<(QueueJob Job, ulong Revision)?> GetJobAsync(CancellationToken cancellationToken) =>
        await GetAsync<QueueJob>(JobKey, cancellationToken);

    /// <summary>Writes what the job is, unless somebody else has written since.</summary>
    /// <returns>The revision written.</returns>
    /// <exception cref="BatchException">Another process submits the same job.</exception>
    internal async Task<ulong> PutJobAsync(QueueJob job, ulong revision, CancellationToken cancellationToken)
    {
        try
        {
            var bytes = QueueJson.Write(job);
            return revision == 0
                ? await _bucket!.CreateAsync(JobKey, bytes, cancellationToken: cancellationToken)
                : await _bucket!.UpdateAsync(JobKey, bytes, revision, cancellationToken: cancellationToken);
        }
        catch (Exception e) when (e is NatsKVWrongLastRevisionException or NatsKVCreateException)
        {
            throw new BatchException(BatchFailure.CheckpointMismatch, $"--job '{Names.Job}' is being submitted by another process.", e);
        }
    }

    /// <summary>Agrees on the model with all workers: the first one's is the job's.</summary>
    /// <exception cref="BatchException">The job began with another model or gazetteer.</exception>
    internal async Task AgreeOnModelAsync(IReadOnlyList<KeyValuePair<string, string>> identity, CancellationToken cancellationToken)
    {
        var bucket = (await BucketAsync(cancellationToken))!;
        var mine = new SortedDictionary<string, string>(identity.ToDictionary(), StringComparer.Ordinal);
        var created = await bucket.TryCreateAsync(ModelKey, QueueJson.Write(mine), cancellationToken: cancellationToken);
        if (created.Success)
            return;
        var model = (await GetModelAsync(cancellationToken))!;
        var differences = new Checkpoints.Checkpoint { Job = model }.Differences(mine);
        if (differences.Count > 0)
            throw new BatchException(
                BatchFailure.CheckpointMismatch,
                $"--job '{Names.Job}' is answered by workers with another model or gazetteer. What differs:\n  {string.Join("\n  ", differences)}"
            );
    }

    /// <summary>The model that answers the job; null when no worker has come yet.</summary>
    internal async Task<SortedDictionary<string, string>?> GetModelAsync(CancellationToken cancellationToken) =>
        (await GetAsync<SortedDictionary<string, string>>(ModelKey, cancellationToken))?.Value;

    /// <summary>The job; an error where it is not, or no longer, on the queue.</summary>
    /// <exception cref="BatchException">There is no such job.</exception>
    internal async Task<QueueJob> RequireJobAsync(CancellationToken cancellationToken) =>
        await GetJobAsync(cancellationToken) is { Job: var job }
            ? job
            : throw new BatchException(BatchFailure.BadInput, $"--job '{Names.Job}' is not on the queue; 'ner queue submit' puts it there.");

    internal Task PublishDocumentAsync(string messageId, byte[] document, CancellationToken cancellationToken) =>
        PublishAsync(Names.Documents, Names.DocumentsSubject, messageId, document, cancellationToken);

    /// <summary>Puts an answer among the results; one that is there already for the document gives way.</summary>
    internal Task PublishResultAsync(long number, byte[] result, CancellationToken cancellationToken) =>
        PublishAsync(Names.Results, Names.ResultSubject(number), null, result, cancellationToken);

    internal Task PublishDeadLetterAsync(long number, byte[] letter, CancellationToken cancellationToken) =>
        PublishAsync(Names.DeadLetters, Names.DeadLettersSubject, MessageId(number), letter, cancellationToken);

    /// <summary>What a message about a document is recognized by when it is sent twice.</summary>
    internal string MessageId(long number) => $"{Names.Job}-{number}";

    /// <summary>
    /// Documents of a wholly submitted job that neither wait nor are answered, after a number. There are none where every answer was published
    /// before its document was acknowledged, unless the server was restored from a copy in which they disagree.
    /// </summary>
    internal async Task<IReadOnlyList<long>> LostAsync(QueueJob job, long after, CancellationToken cancellationToken)
    {
        if (!job.Complete || await CountAsync(Names.Documents, cancellationToken) > 0 || await CountAnsweredAsync(cancellationToken) >= job.Submitted)
            return [];
        var answered = await AnsweredAsync(cancellationToken);
        var lost = new List<long>();
        for (var number = after + 1; number <= job.Submitted; number++)
            if (!answered.Contains(number))
                lost.Add(number);
        return lost;
    }

    /// <summary>Puts a message on a stream; sent twice under one id, or to a subject that keeps one message, it is there once.</summary>
    /// <exception cref="NatsException">The server did not confirm it.</exception>
    private async Task PublishAsync(string stream, string subject, string? messageId, byte[] message, CancellationToken cancellationToken) =>
        await _patience.ExecuteAsync(
            async token =>
            {
                var options = new NatsJSPubOpts { MsgId = messageId, ExpectedStream = stream };
                var ack = await _streams.PublishAsync(subject, message, opts: options, cancellationToken: token);
                // A duplicate is there already, which is all that was asked.
                if (!ack.Duplicate)
                    ack.EnsureSuccess();
            },
            cancellationToken
        );

    internal async Task<INatsJSConsumer> WorkersAsync(CancellationToken cancellationToken) =>
        await _streams.GetConsumerAsync(Names.Documents, QueueNames.Consumer, cancellationToken);

    /// <summary>Reads the results from the first on, in the order in which they came.</summary>
    internal async Task<INatsJSConsumer> ResultsAsync(CancellationToken cancellationToken) =>
        await _streams.CreateOrderedConsumerAsync(Names.Results, cancellationToken: cancellationToken);

    /// <summary>Messages of a stream; 0 where it is not there.</summary>
    internal async Task<long> CountAsync(string stream, CancellationToken cancellationToken) =>
        await StateAsync(stream, null, cancellationToken) is { } state ? (long)state.Messages : 0;

    internal async Task<long> CountAnsweredAsync(CancellationToken cancellationToken) =>
        (await StateAsync(Names.Results, null, cancellationToken))?.NumSubjects ?? 0;

    /// <summary>Removes the job and all that is of it.</summary>
    /// <exception cref="BatchException">There is nothing of it.</exception>
    internal async Task DeleteAsync(CancellationToken cancellationToken)
    {
        var found = false;
        foreach (var stream in (string[])[Names.Documents, Names.Results, Names.DeadLetters, $"KV_{Names.Bucket}"])
        {
            try
            {
                await _streams.DeleteStreamAsync(stream, cancellationToken);
                found = true;
            }
            catch (NatsJSApiException e) when (e.Error.Code == 404)
            {
                // Gone already.
            }
        }
        _bucket = null;
        if (!found)
            throw new BatchException(BatchFailure.BadInput, $"--job '{Names.Job}' is not on the queue; there is nothing to delete.");
    }

    /// <summary>Runs what is done on the queue; whatever the server refuses ends it with a message.</summary>
    /// <exception cref="BatchException">The server refused, or cannot be reached any more.</exception>
    internal async Task<T> GuardAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (NatsException e)
        {
            throw QueueErrors.Of(e, Names.Job);
        }
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    private async Task CreateStreamAsync(StreamConfig stream, CancellationToken cancellationToken) =>
        await _streams.CreateOrUpdateStreamAsync(
            stream with
            {
                Storage = StreamConfigStorage.File,
                DuplicateWindow = DuplicateWindow,
            },
            cancellationToken
        );

    /// <summary>The numbers of the documents that have an answer. The server names their subjects a page at a time.</summary>
    private async Task<HashSet<long>> AnsweredAsync(CancellationToken cancellationToken)
    {
        var answered = new HashSet<long>();
        while (
            await StateAsync(
                Names.Results,
                new StreamInfoRequest { SubjectsFilter = Names.ResultsSubjects, Offset = answered.Count },
                cancellationToken
            )
                is { Subjects: { Count: > 0 } page }
        )
        {
            var before = answered.Count;
            answered.UnionWith(page.Keys.Select(Names.NumberOf));
            if (answered.Count == before)
                break;
        }
        return answered;
    }

    /// <summary>What the bucket holds under a key; null where it, or the bucket, is not there.</summary>
    private async Task<(T Value, ulong Revision)?> GetAsync<T>(string key, CancellationToken cancellationToken)
    {
        if (await BucketAsync(cancellationToken) is not { } bucket)
            return null;
        var entry = await bucket.TryGetEntryAsync<byte[]>(key, cancellationToken: cancellationToken);
        return entry.Success ? (QueueJson.Read<T>(entry.Value.Value), entry.Value.Revision)
            : entry.Error is NatsKVKeyNotFoundException or NatsKVKeyDeletedException ? null
            : throw entry.Error;
    }

    /// <summary>What a stream holds; null where it is not there.</summary>
    private async Task<StreamState?> StateAsync(string stream, StreamInfoRequest? request, CancellationToken cancellationToken)
    {
        try
        {
            return (await _streams.GetStreamAsync(stream, request, cancellationToken)).Info.State;
        }
        catch (NatsJSApiException e) when (e.Error.Code == 404)
        {
            return null;
        }
    }

    private async Task<INatsKVStore?> BucketAsync(CancellationToken cancellationToken)
    {
        try
        {
            return _bucket ??= await _buckets.GetStoreAsync(Names.Bucket, cancellationToken);
        }
        catch (Exception e) when (e is NatsKVException || e is NatsJSApiException { Error.Code: 404 })
        {
            return null;
        }
    }
}
