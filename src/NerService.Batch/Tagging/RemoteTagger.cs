using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Grpc.Core;
using NerService.Client;
using NerService.Contracts.V1;

namespace NerService.Batch.Tagging;

/// <summary>
/// Tags by a server over one bidirectional stream. When the stream breaks, or the server has no room for now, it waits, longer each time, opens
/// another and sends what was not answered again; a document refused in that way by itself is sent again on the same stream. A refusal that stays is
/// the document's error. Where it ended the stream, what was under way is asked alone, so that the one that it is about is found and the others are
/// answered. Owns the client.
/// </summary>
internal sealed class RemoteTagger : ITagger
{
    /// <summary>How long a stream stays open when there is nothing to ask; an open one holds up the end of its server.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(5);

    private readonly NerClient _client;
    private readonly RetryOptions _retry;
    private readonly Channel<Pending> _waiting = Channel.CreateUnbounded<Pending>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _running;
    private int _maxMessageBytes = int.MaxValue;

    /// <summary>Makes a tagger; it connects when it is first asked.</summary>
    internal RemoteTagger(NerClient client, RetryOptions retry)
    {
        (_client, _retry) = (client, retry);
        _running = RunAsync();
    }

    /// <summary>More than a server takes from one stream at once, so that it never waits for the next.</summary>
    public int Concurrency => 128;

    /// <inheritdoc/>
    public async Task<TaggerInfo> DescribeAsync(CancellationToken cancellationToken)
    {
        for (var failures = 0; ; )
        {
            try
            {
                var info = await _client.GetServiceInfoAsync(cancellationToken);
                var (model, gazetteer) = ($"{info.Model.Name}@{info.Model.Version}", info.Gazetteer?.Version ?? "");
                if (info.Limits?.MaxMessageBytes is > 0 and var limit)
                    _maxMessageBytes = limit;
                return new TaggerInfo(
                    model,
                    gazetteer,
                    info.Model.WordLabels,
                    [new("model", model), new($"model file {info.Model.File}", info.Model.Sha256), new("gazetteer", gazetteer)]
                );
            }
            catch (RpcException e) when (cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException(e.Message, e, cancellationToken);
            }
            catch (RpcException e)
            {
                if (!Refusals.IsPassing(NerErrors.StatusOf(e)) || ++failures >= _retry.Attempts)
                    throw GaveUp(e, failures);
                await Task.Delay(_retry.DelayAfter(failures), _retry.Time, cancellationToken);
            }
        }
    }

    /// <inheritdoc/>
    public Task<TaggingOutcome> TagAsync(Document document, ExtractionOptions options, CancellationToken cancellationToken)
    {
        var bytes = new StreamExtractEntitiesRequest { Document = document, Options = options }.CalculateSize();
        if (bytes > _maxMessageBytes)
            return Task.FromResult(
                TaggingOutcome.Refused(
                    $"As a message the document has {bytes} bytes; the server takes {_maxMessageBytes} (its limit max_message_bytes)."
                )
            );
        var pending = new Pending(document, options);
        _waiting.Writer.TryWrite(pending);
        return pending.Outcome.Task.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _client.Dispose();
        _ended.Dispose();
    }

    /// <summary>Keeps a stream open for as long as there is a document to ask about.</summary>
    private async Task RunAsync()
    {
        var (again, suspects, failures) = (new List<Pending>(), new Queue<Pending>(), 0);
        while (true)
        {
            if (again.Count == 0 && suspects.Count == 0 && !await _waiting.Reader.WaitToReadAsync(_ended.Token))
                return;
            var sent = new ConcurrentQueue<Pending>();
            var suspect = suspects.TryDequeue(out var next) ? next : null;
            var requests = suspect is null ? Requests(again, sent, _ended.Token) : Alone(suspect, sent);
            try
            {
                await foreach (var answer in _client.StreamExtractEntitiesAsync(requests, _ended.Token))
                {
                    if (Answered(answer, sent))
                        failures = 0;
                }
                if (!sent.IsEmpty)
                    throw new RpcException(new Status(StatusCode.Unavailable, "The server ended the stream before it had answered all of it."));
            }
            catch (RpcException e) when (!_ended.IsCancellationRequested)
            {
                var refusal = NerErrors.StatusOf(e);
                if (Refusals.IsOfDocument(refusal) && !sent.IsEmpty)
                {
                    if (suspect is not null)
                        suspect.Outcome.TrySetResult(TaggingOutcome.Refused(NerErrors.Describe(refusal)));
                    else
                        foreach (var pending in sent)
                            suspects.Enqueue(pending);
                    continue;
                }
                if (!Refusals.IsPassing(refusal) || ++failures >= _retry.Attempts)
                {
                    Fail(GaveUp(e, failures), sent);
                    continue;
                }
                again = [.. sent, .. again];
                await Task.Delay(_retry.DelayAfter(failures), _retry.Time, _ended.Token);
            }
            catch (Exception e) when (!_ended.IsCancellationRequested)
            {
                var error = e as BatchException ?? new BatchException(BatchFailure.ServerRefused, $"The stream to the server failed: {e.Message}", e);
                Fail(error, sent);
            }
        }

        // Whoever asks next is asked for anew.
        void Fail(BatchException error, ConcurrentQueue<Pending> sent)
        {
            foreach (var pending in sent.Concat(again).Concat(suspects))
                pending.Outcome.TrySetException(error);
            while (_waiting.Reader.TryRead(out var pending))
                pending.Outcome.TrySetException(error);
            again.Clear();
            suspects.Clear();
            failures = 0;
        }
    }

    /// <summary>A stream for one document.</summary>
    private static async IAsyncEnumerable<StreamExtractEntitiesRequest> Alone(Pending pending, ConcurrentQueue<Pending> sent)
    {
        await Task.Yield();
        sent.Enqueue(pending);
        yield return new StreamExtractEntitiesRequest { Document = pending.Document, Options = pending.Options };
    }

    /// <summary>What goes over a stream: first what the last one left, then what comes.</summary>
    private async IAsyncEnumerable<StreamExtractEntitiesRequest> Requests(
        List<Pending> again,
        ConcurrentQueue<Pending> sent,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        ExtractionOptions? ofStream = null;
        while (again.Count > 0)
        {
            var pending = again[0];
            again.RemoveAt(0);
            yield return Next(pending);
        }
        while (await IsMoreAsync(sent, cancellationToken))
        while (_waiting.Reader.TryRead(out var pending))
            yield return Next(pending);

        StreamExtractEntitiesRequest Next(Pending pending)
        {
            sent.Enqueue(pending);
            var options = ReferenceEquals(pending.Options, ofStream) ? null : pending.Options;
            ofStream ??= pending.Options;
            return new StreamExtractEntitiesRequest { Document = pending.Document, Options = options };
        }
    }

    /// <summary>Waits for a document to ask about.</summary>
    /// <returns>False when there has been none, and none under way, for a while.</returns>
    private async Task<bool> IsMoreAsync(ConcurrentQueue<Pending> sent, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var idle = new CancellationTokenSource(Idle, _retry.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(idle.Token, cancellationToken);
            try
            {
                return await _waiting.Reader.WaitToReadAsync(either.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                if (sent.IsEmpty)
                    return false;
            }
        }
    }

    /// <summary>Hands an answer to the document it is for.</summary>
    /// <returns>Whether the server answered it, rather than asking for patience.</returns>
    private bool Answered(DocumentOutcome answer, ConcurrentQueue<Pending> sent)
    {
        if (!sent.TryDequeue(out var pending))
            throw new BatchException(BatchFailure.ServerRefused, "The server answered a document that it was not asked about.");
        if (answer.OutcomeCase == DocumentOutcome.OutcomeOneofCase.Result)
        {
            var (model, gazetteer) = (answer.Result.ModelVersion, answer.Result.GazetteerVersion);
            // Without a gazetteer at the beginning there is no version to ask for.
            if (pending.IsHeld && (model != pending.Options.ModelVersion || gazetteer != pending.Options.GazetteerVersion))
                throw Changed(pending, $"It answers with model '{model}' and gazetteer '{gazetteer}'.");
            pending.Outcome.TrySetResult(new TaggingOutcome(answer.Result, null));
            return true;
        }
        if (pending.IsHeld && answer.Error.Code == (int)StatusCode.FailedPrecondition)
            throw Changed(pending, NerErrors.Describe(answer.Error));
        var passes = Refusals.IsPassing(answer.Error);
        if (passes && ++pending.Refusals < _retry.Attempts)
        {
            _ = SendLaterAsync(pending);
            return false;
        }
        pending.Outcome.TrySetResult(
            new TaggingOutcome(null, NerErrors.Describe(answer.Error), IsFinal: !passes && Refusals.IsOfDocument(answer.Error))
        );
        return true;
    }

    private static BatchException Changed(Pending pending, string now)
    {
        var changed = new BatchException(
            BatchFailure.CheckpointMismatch,
            $"The server changed while the job ran: it began with model '{pending.Options.ModelVersion}' and gazetteer "
                + $"'{pending.Options.GazetteerVersion}'. {now}"
        );
        pending.Outcome.TrySetException(changed);
        return changed;
    }

    private async Task SendLaterAsync(Pending pending)
    {
        await Task.Delay(_retry.DelayAfter(pending.Refusals), _retry.Time, _ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _waiting.Writer.TryWrite(pending);
    }

    private static BatchException GaveUp(RpcException e, int failures) =>
        new(BatchFailure.ServerRefused, $"{NerErrors.Describe(e)}{(failures > 1 ? $" (tried {failures} times)" : "")}", e);

    /// <summary>A document on its way.</summary>
    private sealed class Pending(Document document, ExtractionOptions options)
    {
        internal Document Document => document;

        internal ExtractionOptions Options => options;

        /// <summary>Whether its job is held to one model and gazetteer (<see cref="TaggerInfo.Hold"/>).</summary>
        internal bool IsHeld => options.ModelVersion.Length > 0;

        internal int Refusals { get; set; }

        internal TaskCompletionSource<TaggingOutcome> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
