using Grpc.HealthCheck;
using static Grpc.Health.V1.HealthCheckResponse.Types;

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

/// <summary>
/// Where the process is in its life, and what the gRPC health protocol tells of it, for the server as a whole (empty name) and for
/// <c>ner.v1.NerService</c>. Thread-safe; steps only go forward.
/// </summary>
internal sealed class ServingState : IDisposable
{
    private readonly Lock _gate = new();
    private readonly HealthServiceImpl _health;
    private readonly CancellationTokenSource _endStreams = new();
    private readonly CancellationTokenSource _endDocuments = new();
    private volatile ServingPhase _phase = ServingPhase.Loading;

    public ServingState(HealthServiceImpl health)
    {
        _health = health;
        Tell(ServingStatus.NotServing);
    }

    internal ServingPhase Phase => _phase;

    /// <summary>Signalled when streams must stop reading, so that what they have read is answered before the process ends.</summary>
    internal CancellationToken EndStreams => _endStreams.Token;

    /// <summary>Signalled when what is not answered yet must be given up, so that its callers can still be told before the process ends.</summary>
    internal CancellationToken EndDocuments => _endDocuments.Token;

    /// <summary>Steps forward; a step back is ignored.</summary>
    internal void Enter(ServingPhase phase)
    {
        lock (_gate)
        {
            if (phase <= _phase)
                return;
            _phase = phase;
            Tell(phase == ServingPhase.Serving ? ServingStatus.Serving : ServingStatus.NotServing);
        }
    }

    internal void StopStreams() => _endStreams.Cancel();

    internal void StopDocuments() => _endDocuments.Cancel();

    public void Dispose()
    {
        _endStreams.Dispose();
        _endDocuments.Dispose();
    }

    private void Tell(ServingStatus status)
    {
        _health.SetStatus("", status);
        _health.SetStatus(Contracts.V1.NerService.Descriptor.FullName, status);
    }
}
