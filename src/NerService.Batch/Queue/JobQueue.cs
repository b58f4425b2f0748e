using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using NATS.Client.KeyValueStore;
using NATS.Net;

namespace NerService.Batch.Queue;

/// <summary>A job on the queue's server (NATS with JetStream). Owns the connection.</summary>
internal sealed class JobQueue : IAsyncDisposable
{
    private const string JobKey = "job", ModelKey = "model";

    /// <summary>How long the server recognizes a message that is sent twice. Later ones are recognized by whoever collects.</summary>
    private static readonly TimeSpan DuplicateWindow = TimeSpan.FromHours(1);

    private readonly NatsClient _client;
    private readonly INatsJSContext _streams;
    private readonly INatsKVContext _buckets;
    private INatsKVStore? _bucket;

    private JobQueue(NatsClient client, QueueNames names)
    {
        (_client, Names) = (client, names);
        _streams = client.CreateJetStreamContext();
        _buckets = _streams.CreateKeyValueStoreContext();
    }

    /// <summary>What everything is called.</summary>
    internal QueueNames Names { get; }

    /// <summary>Bytes of a message at most; the server's max_payload.</summary>
    internal int MaxPayload => _client.Connection.ServerInfo!.MaxPayload;

    /// <summary>Connects to the server.</summary>
    /// <exception cref="BatchException">It cannot be reached.</exception>
    internal static async Task<JobQueue> ConnectAsync(string url, string job, CancellationToken cancellationToken)
    {
        var names = new QueueNames(job);
        var client = new NatsClient(new NatsOpts { Url = url, Name = $"ner {job}", ConnectTimeout = TimeSpan.FromSeconds(15), RequestTimeout = TimeSpan.FromSeconds(30) });
        try
        {
            await client.ConnectAsync().AsTask().WaitAsync(cancellationToken);
            return new JobQueue(client, names);
        }
        catch (NatsException e)
        {
            await client.DisposeAsync();
            throw new BatchException(BatchFailure.ServerRefused, $"--nats '{url}' cannot be reached: {e.Message}", e);
        }
    }

    /// <summary>Makes the job's streams, where they are not there yet.</summary>
    /// <param name="ackWait">How long a worker may be silent about a document before another gets it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal async Task CreateAsync(TimeSpan ackWait, CancellationToken cancellationToken)
    {
        await CreateStreamAsync(Names.Documents, StreamConfigRetention.Workqueue, cancellationToken);
        await CreateStreamAsync(Names.Results, StreamConfigRetention.Limits, cancellationToken);
        await CreateStreamAsync(Names.DeadLetters, StreamConfigRetention.Limits, cancellationToken);
        var consumer = new ConsumerConfig(QueueNames.Consumer) { AckPolicy = ConsumerConfigAckPolicy.Explicit, AckWait = ackWait, MaxDeliver = -1, MaxAckPending = 20_000 };
        await _streams.CreateOrUpdateConsumerAsync(Names.Documents, consumer, cancellationToken);
        _bucket = await _buckets.CreateStoreAsync(new NatsKVConfig(Names.Bucket) { History = 1 }, cancellationToken);
    }

    /// <summary>What the job is; null when nobody has submitted it yet.</summary>
    internal async Task<(QueueJob Job, ulong Revision)?> GetJobAsync(CancellationToken cancellationToken)
    {
        if (await BucketAsync(cancellationToken) is not { } bucket) return null;
        var entry = await bucket.TryGetEntryAsync<byte[]>(JobKey, cancellationToken: cancellationToken);
        return entry.Success ? (QueueJob(entry.Value), entry.Value.Revision) : entry.Error is NatsKVKeyNotFoundException or NatsKVKeyDeletedException ? null : throw entry.Error;

        static QueueJob QueueJob(NatsKVEntry<byte[]> value) => QueueJson.Read<QueueJob>(value.Value);
    }

    /// <summary>Writes what the job is, unless somebody else has written since.</summary>
    /// <returns>The revision written.</returns>
    /// <exception cref="BatchException">Another process submits the same job.</exception>
    internal async Task<ulong> PutJobAsync(QueueJob job, ulong revision, CancellationToken cancellationToken)
    {
        try
        {
            var bytes = QueueJson.Write(job);
            return revision == 0 ? await _bucket!.CreateAsync(JobKey, bytes, cancellationToken: cancellationToken) : await _bucket!.UpdateAsync(JobKey, bytes, revision, cancellationToken: cancellationToken);
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
        if (created.Success) return;
        var model = (await GetModelAsync(cancellationToken))!;
        var differences = new Checkpoints.Checkpoint { Job = model }.Differences(mine);
        if (differences.Count > 0) throw new BatchException(BatchFailure.CheckpointMismatch, $"--job '{Names.Job}' is answered by workers with another model or gazetteer. What differs:\n  {string.Join("\n  ", differences)}");
    }

    /// <summary>The model that answers the job; null when no worker has come yet.</summary>
    internal async Task<SortedDictionary<string, string>?> GetModelAsync(CancellationToken cancellationToken)
    {
        if (await BucketAsync(cancellationToken) is not { } bucket) return null;
        var entry = await bucket.TryGetEntryAsync<byte[]>(ModelKey, cancellationToken: cancellationToken);
        return entry.Success ? QueueJson.Read<SortedDictionary<string, string>>(entry.Value.Value) : null;
    }

    /// <summary>Puts a message on a stream; sent twice under one id it is there once.</summary>
    /// <exception cref="NatsException">The server did not confirm it.</exception>
    internal async Task PublishAsync(string stream, string messageId, byte[] message, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var ack = await _streams.PublishAsync(QueueNames.SubjectOf(stream), message, opts: new NatsJSPubOpts { MsgId = messageId, ExpectedStream = stream }, cancellationToken: cancellationToken);
                // A duplicate is there already, which is all that was asked.
                if (!ack.Duplicate) ack.EnsureSuccess();
                return;
            }
            catch (NatsException) when (attempt < 5 && !cancellationToken.IsCancellationRequested)
            {
                // The id makes a second try harmless, whatever became of the first.
                await Task.Delay(TimeSpan.FromSeconds(attempt), cancellationToken);
            }
        }
    }

    /// <summary>The consumer that workers share.</summary>
    internal async Task<INatsJSConsumer> WorkersAsync(CancellationToken cancellationToken) => await _streams.GetConsumerAsync(Names.Documents, QueueNames.Consumer, cancellationToken);

    /// <summary>Reads the results from the first on, in the order in which they came.</summary>
    internal async Task<INatsJSConsumer> ResultsAsync(CancellationToken cancellationToken) => await _streams.CreateOrderedConsumerAsync(Names.Results, cancellationToken: cancellationToken);

    /// <summary>Messages of a stream; 0 where it is not there.</summary>
    internal async Task<long> CountAsync(string stream, CancellationToken cancellationToken)
    {
        try
        {
            return (long)(await _streams.GetStreamAsync(stream, cancellationToken: cancellationToken)).Info.State.Messages;
        }
        catch (NatsJSApiException e) when (e.Error.Code == 404)
        {
            return 0;
        }
    }

    /// <summary>Removes everything of the job.</summary>
    internal async Task DeleteAsync(CancellationToken cancellationToken)
    {
        foreach (var stream in (string[])[Names.Documents, Names.Results, Names.DeadLetters, $"KV_{Names.Bucket}"])
        {
            try
            {
                await _streams.DeleteStreamAsync(stream, cancellationToken);
            }
            catch (NatsJSApiException e) when (e.Error.Code == 404)
            {
                // Gone already.
            }
        }
        _bucket = null;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _client.DisposeAsync();

    private async Task CreateStreamAsync(string name, StreamConfigRetention retention, CancellationToken cancellationToken) =>
        await _streams.CreateOrUpdateStreamAsync(
            new StreamConfig(name, [QueueNames.SubjectOf(name)]) { Retention = retention, Storage = StreamConfigStorage.File, DuplicateWindow = DuplicateWindow }, cancellationToken);

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
