using Grpc.Core;
using NerService.Contracts.V1;

namespace NerService.Workbench.Load;

/// <summary>
/// Counts what became of every document of a load. Each that counts is answered (in time or late), refused, expired or failed; latencies are those of
/// the documents that count. Thread-safe.
/// </summary>
/// <param name="window">Which documents count.</param>
/// <param name="deadline">What an answer in time is; null: every answer.</param>
internal sealed class LoadRecorder(LoadWindow window, TimeSpan? deadline)
{
    private readonly Lock _gate = new();
    private readonly LatencyHistogram _latency = new(),
        _refusals = new(),
        _lateness = new();
    private long _sent,
        _answered,
        _inTime,
        _refused,
        _expired,
        _failed,
        _words,
        _subwords;
    private double _queueMs,
        _preparationMs,
        _inferenceMs;
    private string? _firstFailure;

    /// <summary>A document was sent.</summary>
    /// <param name="intended">When it should have been.</param>
    /// <param name="sent">When it was.</param>
    internal void Sent(TimeSpan intended, TimeSpan sent)
    {
        lock (_gate)
        {
            _sent++;
            if (window.Measures(intended))
                _lateness.Record(sent - intended);
        }
    }

    /// <summary>A document was answered now.</summary>
    internal void Answered(TimeSpan intended, Statistics statistics)
    {
        var latency = window.Elapsed - intended;
        lock (_gate)
        {
            if (!window.Measures(intended))
                return;
            _answered++;
            if (deadline is null || latency <= deadline)
                _inTime++;
            _latency.Record(latency);
            _words += statistics.Words;
            _subwords += statistics.Subwords;
            _queueMs += statistics.QueueTime.ToTimeSpan().TotalMilliseconds;
            _preparationMs += statistics.PreparationTime.ToTimeSpan().TotalMilliseconds;
            _inferenceMs += statistics.InferenceTime.ToTimeSpan().TotalMilliseconds;
        }
    }

    /// <summary>A document ended now without an answer.</summary>
    internal void Ended(TimeSpan intended, StatusCode code, string message)
    {
        var latency = window.Elapsed - intended;
        lock (_gate)
        {
            if (code is not (StatusCode.ResourceExhausted or StatusCode.DeadlineExceeded))
                _firstFailure ??= $"{code}: {message}";
            if (!window.Measures(intended))
                return;
            switch (code)
            {
                case StatusCode.ResourceExhausted:
                    _refused++;
                    _refusals.Record(latency);
                    break;
                case StatusCode.DeadlineExceeded:
                    _expired++;
                    break;
                default:
                    _failed++;
                    break;
            }
        }
    }

    /// <summary>What was counted. To be asked when the load has ended.</summary>
    internal LoadCounts Counts()
    {
        lock (_gate)
        {
            var answered = Math.Max(1, _answered);
            return new LoadCounts
            {
                Seconds = window.Duration.TotalSeconds,
                Sent = _sent,
                Answered = _answered,
                InTime = _inTime,
                Refused = _refused,
                Expired = _expired,
                Failed = _failed,
                FirstFailure = _firstFailure,
                Words = _words,
                Subwords = _subwords,
                Latencies = _latency,
                Refusals = _refusals.Summarize(),
                Lateness = _lateness.Summarize(),
                QueueMs = _queueMs / answered,
                PreparationMs = _preparationMs / answered,
                InferenceMs = _inferenceMs / answered,
            };
        }
    }
}
