namespace NerService.Extraction.Snapshots;

/// <summary>
/// Holds the snapshot in use and swaps it atomically. A request leases the current snapshot; a replaced one is disposed when its last lease ends, so
/// requests under way finish on what they began with. Thread-safe.
/// </summary>
public sealed class SnapshotStore : IDisposable
{
    private readonly LeaseStore<Snapshot> _store = new();

    /// <summary>Whether there is a snapshot to lease.</summary>
    public bool IsReady
    {
        get
        {
            using var lease = _store.TryAcquire();
            return lease is not null;
        }
    }

    /// <summary>Leases the current snapshot; dispose the lease when done.</summary>
    /// <exception cref="SnapshotUnavailableException">Nothing is loaded yet.</exception>
    /// <exception cref="ObjectDisposedException">The store is disposed: what serves is shutting down.</exception>
    public Lease Acquire()
    {
        ObjectDisposedException.ThrowIf(_store.IsDisposed, this);
        return new Lease(_store.TryAcquire() ?? throw new SnapshotUnavailableException());
    }

    /// <summary>Puts a snapshot in place of the current one; takes ownership of it.</summary>
    /// <returns>Ends when the replaced snapshot is disposed, which its last lease holds up; at once when there was none.</returns>
    /// <exception cref="ObjectDisposedException">The store is disposed; the snapshot is disposed too.</exception>
    public Task Swap(Snapshot next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return _store.Swap(next);
    }

    /// <summary>Takes the current snapshot out of use; it is disposed when its last lease ends.</summary>
    public void Dispose() => _store.Dispose();

    /// <summary>A snapshot in use.</summary>
    public sealed class Lease : IDisposable
    {
        private readonly LeaseStore<Snapshot>.Lease _lease;

        internal Lease(LeaseStore<Snapshot>.Lease lease) => _lease = lease;

        /// <summary>The leased snapshot.</summary>
        /// <exception cref="ObjectDisposedException">The lease has ended.</exception>
        public Snapshot Snapshot => _lease.Value;

        /// <summary>Ends the lease.</summary>
        public void Dispose() => _lease.Dispose();
    }
}

/// <summary>There is no model to answer with: it is still loading.</summary>
public sealed class SnapshotUnavailableException() : InvalidOperationException("The model is still loading.");
