using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Google.Protobuf;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NerService.Batch.Tagging;
using NerService.Contracts.V1;

namespace NerService.Batch.Queue;

/// <summary>How a worker works.</summary>
internal sealed record WorkerOptions
{
    /// <summary>Documents it holds at once: what it takes from the others, and what is delivered again when it dies. Default 64.</summary>
    internal int Pull { get; init; } = 64;

    /// <summary>Whether it ends when the whole job is answered; the job must be there then. Default: it waits for the job, and for more.</summary>
    internal bool Drain { get; init; }

    /// <summary>Told once of each thing that it waits for.</summary>
    internal Action<string> Waiting { get; init; } = static _ => { };

    /// <summary>Told of each document: its number, and null or what went wrong.</summary>
    internal Action<long, string?> Done { get; init; } = static (_, _) => { };
}

/// <summary>
/// Answers a job's documents: pulls, tags, publishes the answer under the document's number, and only then acknowledges. Killed before the answer is
/// published, the document goes to another worker; killed between publishing and acknowledging, the second answer is recognized by its number and
/// dropped.
/// </summary>
internal sealed class QueueWorker(JobQueue queue, ITagger tagger, WorkerOptions options) : IDisposable
{
    /// <summary>How long one request for documents stays open.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<long, INatsJSMsg<byte[]>> _held = new();
    private readonly HashSet<string> _waitedFor = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _free = new(options.Pull);
    private ExceptionDispatchInfo? _failure;

    /// <summary>Works until it is cancelled, or, when draining, until the job is answered.</summary>
    /// <exception cref="BatchException">The job is answered by workers with another model.</exception>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        var answers = await tagger.DescribeAsync(cancellationToken);
        var job = await WaitForJobAsync(cancellationToken);
        await queue.AgreeOnModelAsync(answers.Identity, cancellationToken);
        var extract = answers.Hold(ExtractionOptions.Parser.ParseFrom(job.Extract));
        var consumer = await queue.WorkersAsync(cancellationToken);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reassuring = ReassureAsync(consumer.Info.Config.AckWait / 3, ended.Token);
        try
        {
            while (true)
            {
                try
                {
                    await PullAsync(consumer, message => WorkAsync(message, job.MaxTries, extract, cancellationToken), cancellationToken);
                    if (_held.IsEmpty && await IsAnsweredAsync(cancellationToken) && options.Drain)
                        return;
                }
                catch (NatsException) when (!cancellationToken.IsCancellationRequested)
                {
                    // The connection heals itself; what was under way is delivered again.
                    await Task.Delay(Patience, cancellationToken);
                    await RequireJobIfReachableAsync(cancellationToken);
                }
                _failure?.Throw();
            }
        }
        finally
        {
            await ended.CancelAsync();
            await reassuring.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            // All room is free when nothing is worked on any more.
            for (var i = 0; i < options.Pull; i++)
                await _free.WaitAsync(CancellationToken.None);
        }
    }

    public void Dispose() => _free.Dispose();

    /// <summary>Asks for as many documents as there is room for and starts on each.</summary>
    private async Task PullAsync(INatsJSConsumer consumer, Func<INatsJSMsg<byte[]>, Task> work, CancellationToken cancellationToken)
    {
        // Room for one at least; then for all that is free, so that requests are few.
        await _free.WaitAsync(cancellationToken);
        var room = 1;
        while (_free.Wait(0, CancellationToken.None))
            room++;
        try
        {
            var fetch = new NatsJSFetchOpts { MaxMsgs = room, Expires = Patience };
            await foreach (var message in consumer.FetchAsync<byte[]>(fetch, cancellationToken: cancellationToken))
            {
                room--;
                _ = work(message);
            }
        }
        finally
        {
            // The rest of the room; each document gives its own back when it is done.
            if (room > 0)
                _free.Release(room);
        }
    }

    /// <summary>Answers a document. Never fails: what ends the worker is kept for it.</summary>
    private async Task WorkAsync(INatsJSMsg<byte[]> message, int maxTries, ExtractionOptions extract, CancellationToken cancellationToken)
    {
        var number = 0L;
        try
        {
            var document = QueueJson.Read<QueuedDocument>(message.Data);
            number = document.Number;
            _held[number] = message;
            options.Done(number, await AnswerAsync(document, message, maxTries, extract, cancellationToken));
        }
        catch (NatsException)
        {
            // Not published or not acknowledged: it is delivered again, to this worker or another.
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The worker is told to stop: another need not wait until it is missed.
            await message.NakAsync(cancellationToken: CancellationToken.None).AsTask().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (Exception e)
        {
            _failure = ExceptionDispatchInfo.Capture(e);
        }
        finally
        {
            _held.TryRemove(number, out _);
            _free.Release();
        }
    }

    /// <summary>Answers a document and tells the queue.</summary>
    /// <returns>Null, or why there is no answer.</returns>
    private async Task<string?> AnswerAsync(
        QueuedDocument document,
        INatsJSMsg<byte[]> message,
        int maxTries,
        ExtractionOptions extract,
        CancellationToken cancellationToken
    )
    {
        if (!document.IsDocument)
            return await FinishAsync(new QueuedResult { Document = document, Error = document.Problem }, message, cancellationToken);
        var tries = (long)(message.Metadata?.NumDelivered ?? 1);
        if (tries > maxTries)
            return await BuryAsync($"Delivered {tries} times without an answer: each time the worker died or fell silent.");

        var (response, error, isFinal) = await tagger.TagAsync(document.ToProto(), extract, cancellationToken);
        if (response is not null)
        {
            var result = new QueuedResult { Document = document, Response = response.ToByteArray() };
            var bytes = QueueJson.Write(result).Length;
            if (bytes <= queue.MaxPayload)
                return await FinishAsync(result, message, cancellationToken);
            (error, isFinal) = ($"As a message the answer has {bytes} bytes; the queue's server takes {queue.MaxPayload} (its max_payload).", true);
        }
        if (isFinal || tries >= maxTries)
            return await BuryAsync(error!);
        await message.NakAsync(new AckOpts { NakDelay = TimeSpan.FromSeconds(Math.Min(30, tries)) }, cancellationToken);
        return error;

        // A document that cannot be answered goes to the dead letters, and its place in the results says why it is empty.
        async Task<string?> BuryAsync(string reason)
        {
            var letter = new DeadLetter
            {
                Document = document,
                Reason = reason,
                Tries = tries,
            };
            var bytes = QueueJson.Write(letter);
            if (bytes.Length > queue.MaxPayload)
                bytes = QueueJson.Write(letter with { Document = document.WithoutContent() });
            await queue.PublishDeadLetterAsync(document.Number, bytes, cancellationToken);
            return await FinishAsync(new QueuedResult { Document = document.WithoutContent(), Error = reason }, message, cancellationToken);
        }
    }

    private async Task<string?> FinishAsync(QueuedResult result, INatsJSMsg<byte[]> message, CancellationToken cancellationToken)
    {
        var bytes = QueueJson.Write(result);
        // What a bad line says stands in the document's message and fits there, but not together with the reason.
        if (bytes.Length > queue.MaxPayload)
            bytes = QueueJson.Write(result with { Document = result.Document.WithoutContent() });
        await queue.PublishResultAsync(result.Document.Number, bytes, cancellationToken);
        await message.AckAsync(new AckOpts { DoubleAck = true }, cancellationToken);
        return result.Error;
    }

    /// <summary>Tells the server now and then that what is held is being worked on.</summary>
    private async Task ReassureAsync(TimeSpan interval, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(interval);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            foreach (var message in _held.Values)
            {
                try
                {
                    await message.AckProgressAsync(cancellationToken: cancellationToken);
                }
                catch (NatsException)
                {
                    // The next tick, or another delivery.
                }
            }
        }
    }

    private async Task<QueueJob> WaitForJobAsync(CancellationToken cancellationToken)
    {
        if (options.Drain)
            return await queue.RequireJobAsync(cancellationToken);
        while (true)
        {
            if (await queue.GetJobAsync(cancellationToken) is { } found)
                return found.Job;
            Wait($"job '{queue.Names.Job}' is not on the queue yet; waiting for 'ner queue submit'");
            await Task.Delay(Patience, cancellationToken);
        }
    }

    /// <summary>Whether everything was submitted and is answered, here or by another worker.</summary>
    /// <exception cref="BatchException">The job is gone, or the server has lost documents of it.</exception>
    private async Task<bool> IsAnsweredAsync(CancellationToken cancellationToken)
    {
        var job = await queue.RequireJobAsync(cancellationToken);
        if (await queue.CountAsync(queue.Names.Documents, cancellationToken) > 0)
            return false;
        if (!job.Complete)
        {
            Wait($"job '{queue.Names.Job}' is not submitted as a whole, {job.Submitted} documents so far; waiting for 'ner queue submit' to go on");
            return false;
        }
        var lost = await queue.LostAsync(job, 0, cancellationToken);
        return lost.Count == 0 ? true : throw QueueErrors.Lost(queue.Names.Job, lost);
    }

    private async Task RequireJobIfReachableAsync(CancellationToken cancellationToken)
    {
        try
        {
            await queue.RequireJobAsync(cancellationToken);
        }
        catch (NatsException)
        {
            // Not reachable; it may be again.
        }
    }

    private void Wait(string what)
    {
        if (_waitedFor.Add(what))
            options.Waiting(what);
    }
}
