using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Grpc.Core;
using NerService.Client;
using NerService.Contracts.V1;
using Polly;

namespace NerService.Batch.Tagging;

/// <summary>
/// Tags by a server over one bidirectional stream. When the stream breaks, or the server has no room for now, it waits as long as the server asks
/// and then longer each time, opens another and sends what was not answered again; a document refused in that way by itself waits alike and is sent
/// again on the same stream. A refusal that stays is the document's error. Where it ended the stream, what was under way is asked alone, so that the
/// one that it is about is found and the others are answered. Owns the client.
/// </summary>
internal sealed class RemoteTagger : ITagger
{
    /// <summary>How long a stream stays open when there is nothing to ask; an open one holds up the end of its server.</summary>
    internal static readonly TimeSpan Idle = TimeSpan.FromSeconds(5);

    private readonly NerClient _client;
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline _patience;
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _running;
    private int _maxMessageBytes = int.MaxValue;

    /// <summary>Documents to ask about; those sent over the stream and not answered; those that an earlier stream left; those that may have ended
    /// one, to be asked about alone. The last two, and what broke a stream in its middle, belong to whoever runs the stream.</summary>
    private readonly Channel<Pending> _waiting = Channel.CreateUnbounded<Pending>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ConcurrentQueue<Pending> _sent = new();
    private readonly List<Pending> _again = [];
    private readonly Queue<Pending> _suspects = [];
    private RpcException? _broken;

    /// <summary>Makes a tagger; it connects when it is first asked.</summary>
    internal RemoteTagger(NerClient client, RetryOptions retry)
    {
        (_client, _time) = (client, retry.Time);
        _patience = retry.Pipeline(
            error => error is RpcException refusal && Refusals.IsPassing(NerErrors.StatusOf(refusal)),
            error => NerErrors.RetryAfter((RpcException)error)
        );
        _running = RunAsync();
    }

    /// <summary>More than a server takes from one stream at once, so that it never waits for the next.</summary>
    public int Concurrency => 128;

    public async Task<TaggerInfo> DescribeAsync(CancellationToken cancellationToken)
    {
        var tries = 0;
        try
        {
            var info = await _patience.ExecuteAsync(
                async token =>
                {
                    tries++;
                    return await _client.GetServiceInfoAsync(token);
                },
                cancellationToken
            );
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
        catch (RpcException e)
        {
            throw cancellationToken.IsCancellationRequested ? new OperationCanceledException(e.Message, e, cancellationToken) : GaveUp(e, tries);
        }
    }

    public async Task<TaggingOutcome> TagAsync(Document document, ExtractionOptions options, CancellationToken cancellationToken)
    {
        var bytes = new StreamExtractEntitiesRequest { Document = document, Options = options }.CalculateSize();
        if (bytes > _maxMessageBytes)
            return TaggingOutcome.Refused(
                $"As a message the document has {bytes} bytes; the server takes {_maxMessageBytes} (its limit max_message_bytes)."
            );
        try
        {
            return new TaggingOutcome(await _patience.ExecuteAsync(AskAsync, cancellationToken), null);
        }
        catch (RpcException e)
        {
            var refusal = NerErrors.StatusOf(e);
            return new TaggingOutcome(null, NerErrors.Describe(refusal), IsFinal: Refusals.IsOfDocument(refusal));
        }

        async ValueTask<ExtractEntitiesResponse> AskAsync(CancellationToken token)
        {
            var pending = new Pending(document, options);
            _waiting.Writer.TryWrite(pending);
            return await pending.Answer.Task.WaitAsync(token);
        }
    }

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
        while (_again.Count > 0 || _suspects.Count > 0 || await _waiting.Reader.WaitToReadAsync(_ended.Token))
        {
            var tries = 0;
            try
            {
                await _patience.ExecuteAsync(
                    _ =>
                    {
                        tries++;
                        return StreamAsync();
                    },
                    _ended.Token
                );
            }
            catch (RpcException e) when (!_ended.IsCancellationRequested)
            {
                Fail(GaveUp(e, tries));
            }
            catch (Exception e) when (!_ended.IsCancellationRequested)
            {
                Fail(e as BatchException ?? new BatchException(BatchFailure.ServerRefused, $"The stream to the server failed: {e.Message}", e));
            }
        }

        // A document that is asked about later opens a stream again.
        void Fail(BatchException error)
        {
            foreach (var pending in _again.Concat(_suspects))
                pending.Answer.TrySetException(error);
            while (_waiting.Reader.TryRead(out var pending))
                pending.Answer.TrySetException(error);
            _again.Clear();
            _suspects.Clear();
        }
    }

    /// <summary>Runs a stream to its end. What it leaves without answer is asked about again, or alone where a document ended it.</summary>
    /// <exception cref="RpcException">The stream failed before the server had answered anything, or the one before failed in its middle: tries in
    /// a row are counted from the last answer on.</exception>
    private async ValueTask StreamAsync()
    {
        if (Interlocked.Exchange(ref _broken, null) is { } earlier)
            throw earlier;
        var suspect = _suspects.TryDequeue(out var next) ? next : null;
        var answered = false;
        try
        {
            await foreach (var answer in _client.StreamExtractEntitiesAsync(Requests(suspect, _ended.Token), _ended.Token))
                answered |= Answered(answer);
            if (!_sent.IsEmpty)
                throw new RpcException(new Status(StatusCode.Unavailable, "The server ended the stream before it had answered all of it."));
        }
        catch (RpcException e) when (!_sent.IsEmpty && Refusals.IsOfDocument(NerErrors.StatusOf(e)))
        {
            if (suspect is not null)
                suspect.Answer.TrySetException(e);
            else
                foreach (var pending in _sent)
                    _suspects.Enqueue(pending);
            _sent.Clear();
        }
        catch (RpcException e) when (answered && Refusals.IsPassing(NerErrors.StatusOf(e)))
        {
            _broken = _sent.IsEmpty && _again.Count == 0 ? null : e;
        }
        finally
        {
            _again.InsertRange(0, _sent);
            _sent.Clear();
        }
    }

    /// <summary>What goes over a stream: a suspect alone, or first what the last one left, then what comes.</summary>
    private async IAsyncEnumerable<StreamExtractEntitiesRequest> Requests(
        Pending? suspect,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        ExtractionOptions? ofStream = null;
        if (suspect is not null)
        {
            yield return Next(suspect);
            yield break;
        }
        while (_again.Count > 0)
        {
            var pending = _again[0];
            _again.RemoveAt(0);
            yield return Next(pending);
        }
        while (await IsMoreAsync(cancellationToken))
        while (_waiting.Reader.TryRead(out var pending))
            yield return Next(pending);

        StreamExtractEntitiesRequest Next(Pending pending)
        {
            _sent.Enqueue(pending);
            var options = ReferenceEquals(pending.Options, ofStream) ? null : pending.Options;
            ofStream ??= pending.Options;
            return new StreamExtractEntitiesRequest { Document = pending.Document, Options = options };
        }
    }

    /// <summary>Waits for a document to ask about.</summary>
    /// <returns>False when there has been none, and none under way, for a while.</returns>
    private async Task<bool> IsMoreAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            using var idle = new CancellationTokenSource(Idle, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(idle.Token, cancellationToken);
            try
            {
                return await _waiting.Reader.WaitToReadAsync(either.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                if (_sent.IsEmpty)
                    return false;
            }
        }
    }

    /// <summary>Hands an answer to the document it is for.</summary>
    /// <returns>Whether the server answered it, rather than asking for patience.</returns>
    private bool Answered(DocumentOutcome answer)
    {
        if (!_sent.TryDequeue(out var pending))
            throw new BatchException(BatchFailure.ServerRefused, "The server answered a document that it was not asked about.");
        if (answer.OutcomeCase == DocumentOutcome.OutcomeOneofCase.Result)
        {
            var (model, gazetteer) = (answer.Result.ModelVersion, answer.Result.GazetteerVersion);
            // Without a gazetteer at the beginning there is no version to ask for.
            if (pending.IsHeld && (model != pending.Options.ModelVersion || gazetteer != pending.Options.GazetteerVersion))
                throw Changed(pending, $"It answers with model '{model}' and gazetteer '{gazetteer}'.");
            return pending.Answer.TrySetResult(answer.Result);
        }
        if (pending.IsHeld && answer.Error.Code == (int)StatusCode.FailedPrecondition)
            throw Changed(pending, NerErrors.Describe(answer.Error));
        pending.Answer.TrySetException(answer.Error.ToRpcException());
        return !Refusals.IsPassing(answer.Error);
    }

    private static BatchException Changed(Pending pending, string now)
    {
        var changed = new BatchException(
            BatchFailure.CheckpointMismatch,
            $"The server changed while the job ran: it began with model '{pending.Options.ModelVersion}' and gazetteer "
                + $"'{pending.Options.GazetteerVersion}'. {now}"
        );
        pending.Answer.TrySetException(changed);
        return changed;
    }

    private static BatchException GaveUp(RpcException e, int tries) =>
        new(BatchFailure.ServerRefused, $"{NerErrors.Describe(e)}{(tries > 1 ? $" (tried {tries} times)" : "")}", e);

    /// <summary>A document on its way.</summary>
    private sealed record Pending(Document Document, ExtractionOptions Options)
    {
        /// <summary>Whether its job is held to one model and gazetteer (<see cref="TaggerInfo.Hold"/>).</summary>
        internal bool IsHeld => Options.ModelVersion.Length > 0;

        /// <summary>What comes of it: the answer, an <see cref="RpcException"/> for a refusal, or what ends the job.</summary>
        internal TaskCompletionSource<ExtractEntitiesResponse> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
