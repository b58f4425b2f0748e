using System.Diagnostics.Metrics;
using Google.Rpc;
using V1 = NerService.Contracts.V1;

namespace NerService.Server.Telemetry;

/// <summary>How a request ended.</summary>
internal enum Outcome
{
    /// <summary>With an answer.</summary>
    Answered,

    /// <summary>By the server's decision, before the work: bad, unknown caller, too much, not ready.</summary>
    Refused,

    /// <summary>By the caller: it left, or its deadline passed.</summary>
    Cancelled,

    /// <summary>With an error of the server's own.</summary>
    Failed,
}

/// <summary>
/// Instruments of the server, under the meter <c>NerService.Server</c>. A request is a unary call or a document of a stream; each is counted once
/// when it comes and once when it ends, so received = answered + refused + cancelled + failed whenever nothing is under way.
/// </summary>
internal sealed class ServerMetrics
{
    internal const string MeterName = "NerService.Server";

    /// <summary>How a request came: by a call of its own, or as one document of a stream or a batch.</summary>
    internal const string CallKind = "call",
        StreamKind = "stream";

    private readonly TimeProvider _time;
    private readonly Counter<long> _received;
    private readonly Counter<long> _completed;
    private readonly Counter<long> _words;
    private readonly Counter<long> _entities;
    private readonly Counter<long> _reloads;
    private readonly Histogram<double> _duration;

    public ServerMetrics(IMeterFactory meters, TimeProvider time)
    {
        _time = time;
        Meter = meters.Create(MeterName);
        _received = Meter.CreateCounter<long>("ner.requests.received", "{request}", "Documents that came, by call or by stream.");
        _completed = Meter.CreateCounter<long>(
            "ner.requests.completed",
            "{request}",
            "Documents that ended, by outcome: answered, refused, cancelled or failed."
        );
        _duration = Meter.CreateHistogram<double>("ner.request.duration", "s", "Time from a document's arrival to its end.");
        _words = Meter.CreateCounter<long>("ner.words", "{word}", "Words of answered documents.");
        _entities = Meter.CreateCounter<long>("ner.entities", "{entity}", "Entities returned, by type and source.");
        _reloads = Meter.CreateCounter<long>("ner.reloads", "{reload}", "Reloads, by result.");
    }

    /// <summary>For instruments that others add.</summary>
    internal Meter Meter { get; }

    /// <summary>Counts a request that came; it has ended when what is returned is disposed.</summary>
    /// <param name="kind"><see cref="CallKind"/> or <see cref="StreamKind"/>.</param>
    internal Request Begin(string kind) => new(this, kind);

    internal void Answered(V1.ExtractEntitiesResponse answer)
    {
        _words.Add(answer.Statistics.Words);
        foreach (var mention in answer.Mentions)
            _entities.Add(
                1,
                new KeyValuePair<string, object?>("type", mention.Type.ToString()),
                new KeyValuePair<string, object?>("source", mention.Source.ToString())
            );
    }

    internal void Reloaded(bool succeeded) => _reloads.Add(1, new KeyValuePair<string, object?>("result", succeeded ? "succeeded" : "failed"));

    internal static Outcome OutcomeOf(Code code) =>
        code switch
        {
            Code.Ok => Outcome.Answered,
            Code.Cancelled or Code.DeadlineExceeded => Outcome.Cancelled,
            Code.InvalidArgument
            or Code.FailedPrecondition
            or Code.ResourceExhausted
            or Code.Unavailable
            or Code.Unauthenticated
            or Code.PermissionDenied
            or Code.Unimplemented => Outcome.Refused,
            _ => Outcome.Failed,
        };

    /// <summary>A request under way.</summary>
    internal sealed class Request : IDisposable
    {
        private readonly ServerMetrics _metrics;
        private readonly KeyValuePair<string, object?> _kind;
        private readonly long _started;

        internal Request(ServerMetrics metrics, string kind)
        {
            (_metrics, _kind, _started) = (metrics, new("kind", kind), metrics._time.GetTimestamp());
            metrics._received.Add(1, _kind);
        }

        /// <summary>What it ends with. Unknown until it is set.</summary>
        internal Code Code { get; set; } = Code.Unknown;

        public void Dispose()
        {
            var outcome = new KeyValuePair<string, object?>("outcome", OutcomeOf(Code).ToString().ToLowerInvariant());
            _metrics._completed.Add(1, _kind, outcome, new KeyValuePair<string, object?>("code", Code.ToString()));
            _metrics._duration.Record(_metrics._time.GetElapsedTime(_started).TotalSeconds, _kind, outcome);
        }
    }
}
