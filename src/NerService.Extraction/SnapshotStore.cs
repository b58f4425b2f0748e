namespace NerService.Extraction;

/// <summary>
/// Holds the snapshot in use and swaps it atomically. A request leases the current snapshot; a replaced one is disposed when its last lease ends, so
/// requests under way finish on what they began with. Thread-safe.
/// </summary>
public sealed class SnapshotStore : IDisposable
{
    private readonly Lock _gate = new();
    private Holder? _current;
    private bool _disposed;

    /// <summary>Whether there is a snapshot to lease.</summary>
    public bool IsReady
    {
        get
        {
            lock (_gate) return _current is not null;
        }
    }

    /// <summary>Leases the current snapshot; dispose the lease when done.</summary>
    /// <exception cref="SnapshotUnavailableException">Nothing is loaded yet, or the store is disposed.</exception>
    public Lease Acquire()
    {
        lock (_gate)
        {
            if (_current is null) throw new SnapshotUnavailableException(_disposed ? "The service is shutting down." : "The model is still loading.");
            _current.Leases++;
            return new Lease(this, _current);
        }
    }

    /// <summary>Puts a snapshot in place of the current one; takes ownership of it.</summary>
    /// <exception cref="ObjectDisposedException">The store is disposed; the snapshot is disposed too.</exception>
    public void Swap(Snapshot next)
    {
        ArgumentNullException.ThrowIfNull(next);
        Holder? old;
        lock (_gate)
        {
            old = _current;
            if (!_disposed) _current = new Holder(next);
        }
        if (_disposed)
        {
            next.Dispose();
            throw new ObjectDisposedException(nameof(SnapshotStore));
        }
        Retire(old);
    }

    /// <summary>Takes the current snapshot out of use; it is disposed when its last lease ends.</summary>
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

    private void Retire(Holder? holder)
    {
        if (holder is null) return;
        lock (_gate)
        {
            holder.Retired = true;
            if (holder.Leases > 0) return;
        }
        holder.Snapshot.Dispose();
    }

    private void Return(Holder holder)
    {
        lock (_gate)
        {
            if (--holder.Leases > 0 || !holder.Retired) return;
        }
        holder.Snapshot.Dispose();
    }

    /// <summary>A snapshot in use.</summary>
    public sealed class Lease : IDisposable
    {
        private readonly SnapshotStore _store;
        private Holder? _holder;

        internal Lease(SnapshotStore store, Holder holder) => (_store, _holder) = (store, holder);

        /// <summary>The leased snapshot.</summary>
        /// <exception cref="ObjectDisposedException">The lease has ended.</exception>
        public Snapshot Snapshot => _holder?.Snapshot ?? throw new ObjectDisposedException(nameof(Lease));

        /// <summary>Ends the lease.</summary>
        public void Dispose()
        {
            if (Interlocked.Exchange(ref _holder, null) is { } holder) _store.Return(holder);
        }
    }

    internal sealed class Holder(Snapshot snapshot)
    {
        internal Snapshot Snapshot { get; } = snapshot;

        internal int Leases;

        internal bool Retired;
    }
}

/// <summary>There is no model to answer with: it is still loading, or the service is shutting down.</summary>
public sealed class SnapshotUnavailableException : InvalidOperationException
{
    /// <summary>Creates the exception.</summary>
    public SnapshotUnavailableException(string message) : base(message)
    {
    }
}
