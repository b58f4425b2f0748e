namespace NerService.Extraction.Snapshots;

/// <summary>
/// Holds one disposable value and swaps it atomically. Users lease the current value; a replaced one is disposed when its last lease ends, on a
/// thread of the pool, so that a user who gives a lease back while it holds a lock never unloads a model under that lock. Thread-safe.
/// </summary>
/// <typeparam name="T">What is held; each value is disposed exactly once.</typeparam>
internal sealed class LeaseStore<T> : IDisposable
    where T : class, IDisposable
{
    private readonly Lock _gate = new();
    private Holder? _current;
    private volatile bool _disposed;

    internal bool IsDisposed => _disposed;

    /// <summary>Leases the current value; null when there is none.</summary>
    internal Lease? TryAcquire()
    {
        lock (_gate)
        {
            if (_current is null)
                return null;
            Interlocked.Increment(ref _current.Leases);
            return new Lease(_current);
        }
    }

    /// <summary>Puts a value in place of the current one; takes ownership of it.</summary>
    /// <returns>Ends when the replaced value is disposed; at once when there was none.</returns>
    /// <exception cref="ObjectDisposedException">The store is disposed; the value is disposed too.</exception>
    internal Task Swap(T next)
    {
        Holder? old;
        bool disposed;
        lock (_gate)
        {
            disposed = _disposed;
            old = _current;
            if (!disposed)
                _current = new Holder(next);
        }
        if (!disposed)
            return Retire(old);
        next.Dispose();
        throw new ObjectDisposedException(nameof(SnapshotStore));
    }

    /// <summary>Takes the current value out of use; without leases it is disposed when this returns.</summary>
    public void Dispose()
    {
        Holder? old;
        lock (_gate)
        {
            _disposed = true;
            old = _current;
            _current = null;
        }
        Retire(old);
    }

    private static Task Retire(Holder? holder)
    {
        if (holder is not null && Interlocked.Decrement(ref holder.Leases) == 0)
            holder.DisposeValue();
        return holder?.Gone ?? Task.CompletedTask;
    }

    internal sealed class Lease : IDisposable
    {
        private Holder? _holder;

        internal Lease(Holder holder) => _holder = holder;

        /// <exception cref="ObjectDisposedException">The lease has ended.</exception>
        internal T Value => _holder?.Value ?? throw new ObjectDisposedException(nameof(Lease));

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _holder, null) is { } holder && Interlocked.Decrement(ref holder.Leases) == 0)
                ThreadPool.UnsafeQueueUserWorkItem(static holder => holder.DisposeValue(), holder, preferLocal: false);
        }
    }

    internal sealed class Holder(T value)
    {
        private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal T Value { get; } = value;

        /// <summary>Ends when the value is disposed; fails when that failed.</summary>
        internal Task Gone => _gone.Task;

        /// <summary>One is the store's own, while this is the current value.</summary>
        internal int Leases = 1;

        internal void DisposeValue()
        {
            try
            {
                Value.Dispose();
                _gone.SetResult();
            }
            catch (Exception e)
            {
                // On a thread of the pool it would end the process; who swapped learns of it.
                _gone.SetException(e);
            }
        }
    }
}
