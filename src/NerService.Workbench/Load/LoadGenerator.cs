using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Grpc.Core;
using NerService.Batch;
using NerService.Client;
using NerService.Contracts.V1;

namespace NerService.Workbench.Load;

/// <summary>Puts one kind of load on a server for the time of a window, and ends when the last document has.</summary>
/// <param name="client">Calls the server.</param>
/// <param name="documents">What is sent.</param>
/// <param name="window">When.</param>
/// <param name="deadline">What each call gets, from the moment it should be sent; null: as long as it takes. Streams have none.</param>
internal sealed class LoadGenerator(NerClient client, DocumentPool documents, LoadWindow window, TimeSpan? deadline)
{
    /// <summary>
    /// Documents of a stream that are sent and not answered. As many as the server reads ahead by default: enough to keep it at work, and the end of
    /// the window does not find thousands in the connection's buffers.
    /// </summary>
    private const int StreamDepth = 32;

    /// <summary>A closed loop: each caller sends its next document when the last has ended.</summary>
    internal async Task<LoadCounts> ClosedLoopAsync(int callers, CancellationToken cancellationToken)
    {
        var recorder = new LoadRecorder(window, deadline);
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(CallAgainAndAgainAsync, cancellationToken)));
        return recorder.Counts();

        async Task CallAgainAndAgainAsync()
        {
            while (!window.IsOver)
                await CallAsync(window.Elapsed, recorder, cancellationToken);
        }
    }

    /// <summary>
    /// An open loop: documents are sent when their time comes, however many are under way. Latency counts from that time, so a moment in which the
    /// generator or the server stands still is charged to every document that fell into it (no coordinated omission).
    /// </summary>
    internal async Task<LoadCounts> OpenLoopAsync(double perSecond, int seed, CancellationToken cancellationToken)
    {
        var recorder = new LoadRecorder(window, deadline);
        var calls = new ConcurrentQueue<Task>();
        // A thread of its own: arrivals come on time also when the pool's threads are all busy with answers.
        await Task.Factory.StartNew(Send, cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await Task.WhenAll(calls);
        return recorder.Counts();

        void Send()
        {
            foreach (var intended in ArrivalSchedule.Poisson(perSecond, seed).TakeWhile(time => time < window.End))
            {
                // Waits are of whole milliseconds; rounded up, because sent too early would be measured too short.
                var earlyMs = (int)Math.Ceiling((intended - window.Elapsed).TotalMilliseconds);
                if (earlyMs > 0 && cancellationToken.WaitHandle.WaitOne(earlyMs))
                    return;
                calls.Enqueue(CallAsync(intended, recorder, cancellationToken));
            }
        }
    }

    /// <summary>Streams that are always full. Latency counts from when a document is handed to its stream.</summary>
    internal async Task<LoadCounts> StreamsAsync(int streams, CancellationToken cancellationToken)
    {
        var recorder = new LoadRecorder(window, deadline);
        await Task.WhenAll(Enumerable.Range(0, streams).Select(_ => Task.Run(() => StreamAsync(recorder, cancellationToken), cancellationToken)));
        return recorder.Counts();
    }

    private async Task CallAsync(TimeSpan intended, LoadRecorder recorder, CancellationToken cancellationToken)
    {
        var sent = window.Elapsed;
        recorder.Sent(intended, sent);
        try
        {
            var answer = deadline is { } limit
                ? await client.ExtractEntitiesAsync(documents.Next(), intended + limit - sent, cancellationToken)
                : await client.ExtractEntitiesAsync(documents.Next(), cancellationToken);
            recorder.Answered(intended, answer.Statistics);
        }
        catch (RpcException e) when (!cancellationToken.IsCancellationRequested)
        {
            recorder.Ended(intended, e.StatusCode, e.Status.Detail);
        }
    }

    private async Task StreamAsync(LoadRecorder recorder, CancellationToken cancellationToken)
    {
        var underWay = new ConcurrentQueue<TimeSpan>();
        using var room = new SemaphoreSlim(StreamDepth);
        try
        {
            await foreach (var answer in client.StreamExtractEntitiesAsync(DocumentsAsync(cancellationToken), cancellationToken))
            {
                if (!underWay.TryDequeue(out var sent))
                    throw new BatchException(BatchFailure.ServerRefused, $"The server answered document '{answer.DocumentId}', which was not asked.");
                if (answer.OutcomeCase == DocumentOutcome.OutcomeOneofCase.Result)
                    recorder.Answered(sent, answer.Result.Statistics);
                else
                    recorder.Ended(sent, (StatusCode)answer.Error.Code, answer.Error.Message);
                room.Release();
            }
        }
        catch (RpcException e) when (!cancellationToken.IsCancellationRequested)
        {
            // The stream broke: none of its documents is answered any more.
            while (underWay.TryDequeue(out var sent))
                recorder.Ended(sent, e.StatusCode, e.Status.Detail);
        }

        async IAsyncEnumerable<StreamExtractEntitiesRequest> DocumentsAsync([EnumeratorCancellation] CancellationToken ended)
        {
            for (var isFirst = true; !window.IsOver; isFirst = false)
            {
                await room.WaitAsync(ended);
                var now = window.Elapsed;
                recorder.Sent(now, now);
                underWay.Enqueue(now);
                var next = documents.Next();
                yield return new StreamExtractEntitiesRequest { Document = next.Document, Options = isFirst ? next.Options : null };
            }
        }
    }
}
