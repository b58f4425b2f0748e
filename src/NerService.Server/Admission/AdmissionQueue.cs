using NerService.Contracts.V1;
using NerService.Inference;

namespace NerService.Server.Admission;

/// <summary>Why work is not taken on.</summary>
/// <param name="Reason">Why, as the contract names it.</param>
/// <param name="Message">A sentence for the caller.</param>
/// <param name="RetryAfter">When trying again makes sense.</param>
internal sealed record Refusal(ErrorReason Reason, string Message, TimeSpan RetryAfter);

/// <summary>
/// The bounded queue, in subwords, of everything that is admitted and not done. A call that finds the queue full, or so long that its deadline would probably
/// pass before its answer, is refused at once; a document of a stream waits until the queue is half empty, in order, so that streams leave room for calls.
/// Interactive work does not wait for bulk work, so its estimate leaves that out. Thread-safe.
/// </summary>
internal sealed class AdmissionQueue
{
    private static readonly TimeSpan MinRetry = TimeSpan.FromMilliseconds(50), MaxRetry = TimeSpan.FromSeconds(30), UnknownRetry = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Share of the time left that the estimated time to the answer may take. Estimates are wrong by some, and in an overload the queue is always as long as
    /// deadlines let it be: with all of the time, about half of what is admitted is answered a moment too late, and the work is lost.
    /// </summary>
    private const double UsableShare = 0.75;

    private readonly Lock _gate = new();
    private readonly LinkedList<Waiter> _waiters = [];
    private readonly long _maxQueuedTokens;
    private readonly long _roundTokens;
    private readonly Func<double> _tokensPerSecond;
    private readonly TimeProvider _time;

    /// <summary>Subwords admitted and not done, and the part of them that is in front of a newcomer, by priority.</summary>
    private readonly long[] _queued = new long[2], _inFront = new long[2];

    /// <summary>Creates an empty queue.</summary>
    /// <param name="maxQueuedTokens">Subwords from which on nothing more is admitted; the last document may reach beyond.</param>
    /// <param name="roundTokens">Subwords of one document that are in the model's queue at once; the rest comes up behind newcomers.</param>
    /// <param name="tokensPerSecond">Measured throughput; 0 while unknown.</param>
    /// <param name="time">The clock for deadlines.</param>
    internal AdmissionQueue(long maxQueuedTokens, long roundTokens, Func<double> tokensPerSecond, TimeProvider time) =>
        (_maxQueuedTokens, _roundTokens, _tokensPerSecond, _time) = (maxQueuedTokens, roundTokens, tokensPerSecond, time);

    /// <summary>Subwords admitted and not done.</summary>
    internal long QueuedTokens
    {
        get
        {
            lock (_gate) return _queued[0] + _queued[1];
        }
    }

    /// <summary>Documents of streams that wait for room.</summary>
    internal int Waiting
    {
        get
        {
            lock (_gate) return _waiters.Count;
        }
    }

    /// <summary>Admits a call's document or says why not, at once.</summary>
    internal Permit? TryAdmit(long tokens, WorkPriority priority, DateTimeOffset? deadline, out Refusal? refusal)
    {
        lock (_gate)
        {
            var queued = _queued[0] + _queued[1];
            var rate = _tokensPerSecond();
            if (queued >= _maxQueuedTokens)
            {
                refusal = new Refusal(ErrorReason.QueueFull, $"The queue is full: {queued} subwords are waiting; the limit is {_maxQueuedTokens}.", RetryAfter(queued / 2, rate));
                return null;
            }
            var needed = EstimateTime(tokens, priority, rate);
            if (deadline - _time.GetUtcNow() is { } left && needed > left * UsableShare)
            {
                refusal = new Refusal(ErrorReason.DeadlineUnreachable, $"The deadline cannot be met: the answer is estimated to take {needed.TotalMilliseconds:0} ms, the deadline is in {Math.Max(0, left.TotalMilliseconds):0} ms, and {UsableShare:P0} of that are planned with.", Clamp(needed - left * UsableShare));
                return null;
            }
            refusal = null;
            return Enter(tokens, priority);
        }
    }

    /// <summary>Admits a stream's document as soon as the queue is half empty.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    internal async ValueTask<Permit> WaitAsync(long tokens, WorkPriority priority, CancellationToken cancellationToken)
    {
        Waiter waiter;
        lock (_gate)
        {
            if (_waiters.Count == 0 && HasRoomForStreams) return Enter(tokens, priority);
            waiter = new Waiter(tokens, priority);
            waiter.Node = _waiters.AddLast(waiter);
        }
        using (cancellationToken.UnsafeRegister(_ => Abandon(waiter, cancellationToken), null)) return await waiter.Turn.Task;
    }

    /// <summary>How long the answer takes, with what is in front of it; nothing for an idle server, whatever the document weighs.</summary>
    private TimeSpan EstimateTime(long tokens, WorkPriority priority, double rate)
    {
        if (rate <= 0) return TimeSpan.Zero;
        var rounds = Math.Max(1, (tokens + _roundTokens - 1) / _roundTokens);
        var bulk = priority == WorkPriority.Bulk ? 1 : 0;
        var inFront = _inFront[(int)WorkPriority.Interactive] + bulk * _inFront[(int)WorkPriority.Bulk];
        var queued = _queued[(int)WorkPriority.Interactive] + bulk * _queued[(int)WorkPriority.Bulk];
        return inFront == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds((Math.Min(rounds * inFront, queued) + tokens) / rate);
    }

    private bool HasRoomForStreams => _queued[0] + _queued[1] < Math.Max(1, _maxQueuedTokens / 2);

    private Permit Enter(long tokens, WorkPriority priority)
    {
        _queued[(int)priority] += tokens;
        _inFront[(int)priority] += Math.Min(tokens, _roundTokens);
        return new Permit(this, tokens, priority);
    }

    private void Leave(long tokens, WorkPriority priority)
    {
        lock (_gate)
        {
            _queued[(int)priority] -= tokens;
            _inFront[(int)priority] -= Math.Min(tokens, _roundTokens);
            while (_waiters.First is { } first && HasRoomForStreams)
            {
                _waiters.Remove(first);
                first.Value.Node = null;
                first.Value.Turn.SetResult(Enter(first.Value.Tokens, first.Value.Priority));
            }
        }
    }

    private void Abandon(Waiter waiter, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (waiter.Node is null) return;
            _waiters.Remove(waiter.Node);
            waiter.Node = null;
        }
        waiter.Turn.SetCanceled(cancellationToken);
    }

    private static TimeSpan RetryAfter(long tokens, double rate) => rate <= 0 ? UnknownRetry : Clamp(TimeSpan.FromSeconds(tokens / rate));

    private static TimeSpan Clamp(TimeSpan retry) => retry < MinRetry ? MinRetry : retry > MaxRetry ? MaxRetry : retry;

    /// <summary>A place in the queue; disposing it gives the place back, once.</summary>
    internal sealed class Permit(AdmissionQueue queue, long tokens, WorkPriority priority) : IDisposable
    {
        private AdmissionQueue? _queue = queue;

        public void Dispose() => Interlocked.Exchange(ref _queue, null)?.Leave(tokens, priority);
    }

    private sealed class Waiter(long tokens, WorkPriority priority)
    {
        internal long Tokens => tokens;

        internal WorkPriority Priority => priority;

        internal TaskCompletionSource<Permit> Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal LinkedListNode<Waiter>? Node { get; set; }
    }
}
