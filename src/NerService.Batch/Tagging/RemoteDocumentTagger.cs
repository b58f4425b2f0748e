using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Grpc.Core;
using NerService.Client;
using NerService.Contracts.V1;

namespace NerService.Batch.Tagging;

/// <summary>How patient a job is with its server.</summary>
internal sealed record RetryOptions
{
    /// <summary>Tries in a row that fail before the job gives up. Default 10, some four minutes.</summary>
    internal int Attempts { get; init; } = 10;

    /// <summary>The pause before the second try; it doubles each time. Default half a second.</summary>
    internal TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>The longest pause. Default 60 seconds.</summary>
    internal TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The clock of the pauses.</summary>
    internal TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The pause after a number of failures in a row, from 1.</summary>
    internal TimeSpan DelayAfter(int failures) => TimeSpan.FromTicks(Math.Min(MaxDelay.Ticks, FirstDelay.Ticks << Math.Min(failures - 1, 20)));
}

/// <summary>
/// Tags by a server over one bidirectional stream. When the stream breaks, or the server has no room for now, it waits, longer each time, opens
/// another and sends what was not answered again; a document refused in that way by itself is sent again on the same stream. A refusal that stays is
/// the document's error. Where it ended the stream, what was under way is asked alone, so that the one that it is about is found and the others are
/// answered. Owns the client.
/// </summary>
internal sealed class RemoteDocumentTagger : IDocumentTagger
{
    private readonly NerClient _client;
    private readonly RetryOptions _retry;
    private readonly string _modelVersion;
    private readonly string _gazetteerVersion;
    private readonly int _maxMessageBytes;
    private readonly ConditionalWeakTable<ExtractionOptions, ExtractionOptions> _heldToVersions = [];
    private readonly Channel<Pending> _waiting = Channel.CreateUnbounded<Pending>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _running;

    private RemoteDocumentTagger(NerClient client, RetryOptions retry, ServiceInfo info)
    {
        (_client, _retry) = (client, retry);
        _modelVersion = $"{info.Model.Name}@{info.Model.Version}";
        _gazetteerVersion = info.Gazetteer?.Version ?? "";
        _maxMessageBytes = info.Limits?.MaxMessageBytes is > 0 and var limit ? limit : int.MaxValue;
        Identity = [new("model", _modelVersion), new($"model file {info.Model.File}", info.Model.Sha256), new("gazetteer", _gazetteerVersion)];
        _running = RunAsync();
    }

    /// <summary>More than a server takes from one stream at once, so that it never waits for the next.</summary>
    public int Concurrency => 128;

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, string>> Identity { get; }

    /// <summary>Asks the server what it serves and makes a tagger.</summary>
    /// <exception cref="BatchException">The server cannot be reached, or refuses.</exception>
    internal static async Task<RemoteDocumentTagger> ConnectAsync(NerClient client, RetryOptions retry, CancellationToken cancellationToken)
    {
        for (var failures = 0; ; )
        {
            try
            {
                return new RemoteDocumentTagger(client, retry, await client.GetServiceInfoAsync(cancellationToken));
            }
            catch (RpcException e)
            {
                if (!Refusals.IsPassing(NerErrors.StatusOf(e)) || ++failures >= retry.Attempts)
                    throw GaveUp(e, failures);
                await Task.Delay(retry.DelayAfter(failures), retry.Time, cancellationToken);
            }
        }
    }

    /// <inheritdoc/>
    public Task<TaggingOutcome> TagAsync(Document document, ExtractionOptions options, CancellationToken cancellationToken)
    {
        options = _heldToVersions.GetValue(options, HeldToVersions);
        var bytes = new StreamExtractEntitiesRequest { Document = document, Options = options }.CalculateSize();
        if (bytes > _maxMessageBytes)
            return Task.FromResult(
                TaggingOutcome.Refused(
                    $"As a message the document has {bytes} bytes; the server takes {_maxMessageBytes} (its limit max_message_bytes)."
                )
            );
        var pending = new Pending(document, options);
        if (!_waiting.Writer.TryWrite(pending))
            return Task.FromException<TaggingOutcome>(new BatchException(BatchFailure.ServerRefused, "The stream to the server has ended."));
        return pending.Outcome.Task.WaitAsync(cancellationToken);
    }

    /// <summary>
    /// The same options for the model and the gazetteer that the job began with: another refuses to answer, so that a job never mixes two.
    /// </summary>
    private ExtractionOptions HeldToVersions(ExtractionOptions options) =>
        new(options) { ModelVersion = _modelVersion, GazetteerVersion = _gazetteerVersion };

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
                    Fail(GaveUp(e, failures), [.. sent, .. again, .. suspects]);
                    return;
                }
                again = [.. sent, .. again];
                await Task.Delay(_retry.DelayAfter(failures), _retry.Time, _ended.Token);
            }
            catch (Exception e) when (!_ended.IsCancellationRequested)
            {
                var error = e as BatchException ?? new BatchException(BatchFailure.ServerRefused, $"The stream to the server failed: {e.Message}", e);
                Fail(error, [.. sent, .. again, .. suspects]);
                return;
            }
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
        await foreach (var pending in _waiting.Reader.ReadAllAsync(cancellationToken))
        {
            yield return Next(pending);
        }

        StreamExtractEntitiesRequest Next(Pending pending)
        {
            sent.Enqueue(pending);
            var options = ReferenceEquals(pending.Options, ofStream) ? null : pending.Options;
            ofStream ??= pending.Options;
            return new StreamExtractEntitiesRequest { Document = pending.Document, Options = options };
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
            if (model != _modelVersion || gazetteer != _gazetteerVersion)
                throw Changed(pending, $"It answers with model '{model}' and gazetteer '{gazetteer}'.");
            pending.Outcome.TrySetResult(new TaggingOutcome(answer.Result, null));
            return true;
        }
        if (answer.Error.Code == (int)StatusCode.FailedPrecondition)
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

    private BatchException Changed(Pending pending, string now)
    {
        var changed = new BatchException(
            BatchFailure.CheckpointMismatch,
            $"The server changed while the job ran: it began with model '{_modelVersion}' and gazetteer '{_gazetteerVersion}'. {now}"
        );
        pending.Outcome.TrySetException(changed);
        return changed;
    }

    private async Task SendLaterAsync(Pending pending)
    {
        await Task.Delay(_retry.DelayAfter(pending.Refusals), _retry.Time, _ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_waiting.Writer.TryWrite(pending))
            pending.Outcome.TrySetException(new BatchException(BatchFailure.ServerRefused, "The stream to the server has ended."));
    }

    private void Fail(BatchException error, List<Pending> unanswered)
    {
        _waiting.Writer.Complete();
        while (_waiting.Reader.TryRead(out var pending))
            unanswered.Add(pending);
        foreach (var pending in unanswered)
            pending.Outcome.TrySetException(error);
    }

    private static BatchException GaveUp(RpcException e, int failures) =>
        new(BatchFailure.ServerRefused, $"{NerErrors.Describe(e)}{(failures > 1 ? $" (tried {failures} times)" : "")}", e);

    /// <summary>A document on its way.</summary>
    private sealed class Pending(Document document, ExtractionOptions options)
    {
        internal Document Document => document;

        internal ExtractionOptions Options => options;

        internal int Refusals { get; set; }

        internal TaskCompletionSource<TaggingOutcome> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
