using Microsoft.Extensions.Options;
using NerService.Server.Options;
using NerService.Server.Telemetry;

namespace NerService.Server.Memory;

/// <summary>Who asks for room.</summary>
internal enum Reader
{
    /// <summary>A call, whose message is read whole and at once.</summary>
    Call,

    /// <summary>A stream, whose next document can wait.</summary>
    Stream,
}

/// <summary>
/// The bytes that requests hold, from the socket's buffers to the answer, over gRPC, JSON and streams. Beyond the limit nobody reads on: a stream
/// waits as long as it takes, and from half of the limit on, so that it leaves room for calls; a call is refused once it has waited for
/// <see cref="Patience"/>. What a peer has left half sent or unread for so long while the budget is full is given up, so that no caller can hold the
/// room for good. Thread-safe.
/// </summary>
internal sealed class ByteBudget : IDisposable
{
    /// <summary>How long a call waits for room, and how long a peer may hold room without going on while others wait.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>A reader is given the time that this many bytes a second take: slow is not idle.</summary>
    internal const int SlowestBytesPerSecond = 64 * 1024;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>What a reader adds by one read, about.</summary>
    private const long BytesPerReader = 64 * 1024;

    private readonly Lock _gate = new();
    private readonly LinkedList<Waiter>[] _waiters =
    [
        [],
        [],
    ];
    private readonly HashSet<Peer> _peers = [];
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private long _used;
    private int _waiting;

    public ByteBudget(IOptions<LimitsOptions> limits, ServerMetrics metrics, TimeProvider time)
        : this(limits.Value.MaxBytesInFlight, time) =>
        metrics.Meter.CreateObservableGauge("ner.memory.in_flight", () => Used, "By", "Bytes that requests and answers hold.");

    /// <summary>Creates an empty budget.</summary>
    /// <param name="limit">Bytes from which on nothing more is read.</param>
    /// <param name="time">The clock of the waits.</param>
    internal ByteBudget(long limit, TimeProvider time)
    {
        (Limit, _time) = (limit, time);
        _timer = time.CreateTimer(_ => Sweep(), null, Interval, Interval);
    }

    /// <summary>Bytes from which on nothing more is read.</summary>
    internal long Limit { get; }

    /// <summary>Bytes held.</summary>
    internal long Used => Volatile.Read(ref _used);

    /// <summary>Counts bytes that are there already. They are never refused: whoever reads asks for room before.</summary>
    internal void Add(long bytes) => Interlocked.Add(ref _used, bytes);

    /// <summary>Gives bytes back.</summary>
    internal void Remove(long bytes)
    {
        Interlocked.Add(ref _used, -bytes);
        if (Volatile.Read(ref _waiting) > 0)
            LetIn();
    }

    /// <summary>Counts bytes until it is disposed.</summary>
    internal Held Hold(long bytes) => new(this, bytes);

    /// <summary>Waits, in turn, until there is room to read on.</summary>
    /// <param name="reader">Who waits.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="expected">Bytes it is expected to add; as many are let in at once as fit.</param>
    /// <returns>Whether there is; a call is told false after <see cref="Patience"/>.</returns>
    internal ValueTask<bool> WaitForRoomAsync(Reader reader, CancellationToken cancellationToken, long expected = BytesPerReader)
    {
        Waiter waiter;
        lock (_gate)
        {
            if (_waiters[(int)reader].Count == 0 && Used < LimitOf(reader))
                return ValueTask.FromResult(true);
            waiter = new Waiter(_time.GetTimestamp(), expected);
            waiter.Node = _waiters[(int)reader].AddLast(waiter);
            _waiting++;
        }
        // Room given back between the check and the entry in the list has let nobody in.
        LetIn();
        return AwaitAsync(waiter, cancellationToken);
    }

    /// <summary>Says that bytes are held until a peer goes on, until this is disposed.</summary>
    /// <param name="giveUp">Called at most once, on another thread, when the peer has not gone on for <see cref="Patience"/> and the budget is full,
    /// or for the longest; never after what is returned was disposed. Must not throw.</param>
    /// <param name="longest">How long a peer is waited for while there is room, at least <see cref="Patience"/>; null: as long as it takes.</param>
    /// <param name="bytes">What it has to read; the wait begins when a reader of <see cref="SlowestBytesPerSecond"/> would have read it.</param>
    internal IDisposable AwaitPeer(Action giveUp, TimeSpan? longest = null, long bytes = 0)
    {
        var reading = (long)((double)bytes / SlowestBytesPerSecond * _time.TimestampFrequency);
        var peer = new Peer(this, _time.GetTimestamp() + reading, longest ?? TimeSpan.MaxValue, giveUp);
        lock (_gate)
            _peers.Add(peer);
        return peer;
    }

    public void Dispose() => _timer.Dispose();

    private long LimitOf(Reader reader) => reader == Reader.Call ? Limit : Limit / 2;

    private async ValueTask<bool> AwaitAsync(Waiter waiter, CancellationToken cancellationToken)
    {
        await using (cancellationToken.UnsafeRegister(_ => End(waiter, () => waiter.TrySetCanceled(cancellationToken)), null))
            return await waiter.Task;
    }

    private void LetIn()
    {
        lock (_gate)
        {
            foreach (var reader in (Reader[])[Reader.Call, Reader.Stream])
                for (var room = LimitOf(reader) - Used; room > 0 && _waiters[(int)reader].First is { } first; room -= first.Value.Expected)
                    End(first.Value, () => first.Value.TrySetResult(true));
        }
    }

    /// <summary>Ends the waits of calls that have waited long enough, and gives up what peers hold for too long.</summary>
    private void Sweep()
    {
        LetIn();
        List<Peer> slow = [];
        lock (_gate)
        {
            for (var node = _waiters[(int)Reader.Call].First; node is not null && _time.GetElapsedTime(node.Value.Since) >= Patience; )
            {
                var waiter = node.Value;
                node = node.Next;
                End(waiter, () => waiter.TrySetResult(false));
            }
            foreach (var peer in _peers)
                if (_time.GetElapsedTime(peer.Since) is var waited && waited >= Patience && (Used >= Limit || waited >= peer.Longest))
                    slow.Add(peer);
            _peers.ExceptWith(slow);
        }
        foreach (var peer in slow)
            peer.GiveUp();
    }

    private void End(Waiter waiter, Action end)
    {
        lock (_gate)
        {
            if (waiter.Node is not { } node)
                return;
            node.List!.Remove(node);
            waiter.Node = null;
            _waiting--;
        }
        end();
    }

    private void Forget(Peer peer)
    {
        lock (_gate)
            _peers.Remove(peer);
    }

    /// <summary>Bytes that are held. Thread-safe: what comes after the end is not counted.</summary>
    internal sealed class Held : IDisposable
    {
        private readonly Lock _end = new();
        private readonly ByteBudget _budget;
        private long _bytes;
        private bool _disposed;

        internal Held(ByteBudget budget, long bytes)
        {
            _budget = budget;
            Add(bytes);
        }

        /// <summary>Counts more, or less.</summary>
        internal void Add(long bytes)
        {
            lock (_end)
            {
                if (_disposed)
                    return;
                _bytes += bytes;
            }
            if (bytes >= 0)
                _budget.Add(bytes);
            else
                _budget.Remove(-bytes);
        }

        public void Dispose()
        {
            lock (_end)
            {
                if (_disposed)
                    return;
                _disposed = true;
            }
            _budget.Remove(_bytes);
        }
    }

    private sealed class Waiter(long since, long expected) : TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        internal long Since => since;

        internal long Expected => expected;

        internal LinkedListNode<Waiter>? Node { get; set; }
    }

    private sealed class Peer(ByteBudget budget, long since, TimeSpan longest, Action giveUp) : IDisposable
    {
        private readonly Lock _end = new();
        private bool _done;

        internal long Since => since;

        internal TimeSpan Longest => longest;

        /// <summary>Gives up, unless the peer has gone on meanwhile: what it would end could be another's by then.</summary>
        internal void GiveUp()
        {
            lock (_end)
            {
                if (!_done)
                    giveUp();
            }
        }

        public void Dispose()
        {
            lock (_end)
                _done = true;
            budget.Forget(this);
        }
    }
}
