using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace NerService.FunctionalTests;

/// <summary>Adds up the counters of one server, as an exporter would.</summary>
internal sealed class Counters : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _sums = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();

    internal Counters(RunningServer server)
    {
        var meters = server.Services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument is Counter<long> && ReferenceEquals(instrument.Meter.Scope, meters))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>(
            (instrument, value, tags, _) =>
            {
                // All of a measurement or nothing: who has seen one of its tags finds the others.
                lock (_gate)
                {
                    Add(instrument.Name, value);
                    foreach (var (name, tag) in tags)
                        Add($"{instrument.Name} {name}={tag}", value);
                }
            }
        );
        _listener.Start();
    }

    internal long this[string key]
    {
        get
        {
            lock (_gate)
                return _sums.GetValueOrDefault(key);
        }
    }

    internal long Received => this["ner.requests.received"];

    internal long Completed(string outcome) => this[$"ner.requests.completed outcome={outcome}"];

    internal long Ended => Completed("answered") + Completed("refused") + Completed("cancelled") + Completed("failed");

    /// <summary>Waits until so many documents have come.</summary>
    internal Task UntilReceivedAsync(long received) => Wait.UntilAsync(() => Received >= received, $"{received} documents came");

    /// <summary>Waits until nothing is under way: the last bytes of an answer leave before its call is counted.</summary>
    internal Task UntilNothingIsUnderWayAsync(long received) =>
        Wait.UntilAsync(() => Received >= received && Ended >= Received, $"{received} requests came, and all have ended");

    public void Dispose() => _listener.Dispose();

    private void Add(string key, long value) => _sums[key] = _sums.GetValueOrDefault(key) + value;
}
