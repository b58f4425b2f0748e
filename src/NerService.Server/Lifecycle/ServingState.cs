namespace NerService.Server.Lifecycle;

/// <summary>Where the process is in its life.</summary>
internal enum ServingPhase
{
    /// <summary>The model is being loaded.</summary>
    Loading,

    /// <summary>Calls are answered.</summary>
    Serving,

    /// <summary>Calls under way are answered; load balancers should send no more.</summary>
    Draining,
}

/// <summary>Where the process is in its life, and a signal for each step. Thread-safe; steps only go forward.</summary>
internal sealed class ServingState : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _endStreams = new();
    private readonly CancellationTokenSource _endDocuments = new();
    private TaskCompletionSource _changed = NewSignal();
    private ServingPhase _phase = ServingPhase.Loading;

    /// <summary>The phase, and a task that ends when it is over.</summary>
    internal (ServingPhase Phase, Task Changed) Current
    {
        get
        {
            lock (_gate)
                return (_phase, _changed.Task);
        }
    }

    internal ServingPhase Phase => Current.Phase;

    /// <summary>Signalled when streams must stop reading, so that what they have read is answered before the process ends.</summary>
    internal CancellationToken EndStreams => _endStreams.Token;

    /// <summary>Signalled when what is not answered yet must be given up, so that its callers can still be told before the process ends.</summary>
    internal CancellationToken EndDocuments => _endDocuments.Token;

    /// <summary>Steps forward; a step back is ignored.</summary>
    internal void Enter(ServingPhase phase)
    {
        TaskCompletionSource signal;
        lock (_gate)
        {
            if (phase <= _phase)
                return;
            _phase = phase;
            signal = _changed;
            _changed = NewSignal();
        }
        signal.SetResult();
    }

    internal void StopStreams() => _endStreams.Cancel();

    internal void StopDocuments() => _endDocuments.Cancel();

    public void Dispose()
    {
        _endStreams.Dispose();
        _endDocuments.Dispose();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
