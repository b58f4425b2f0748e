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
    private readonly LoadCounts _counts = new() { Seconds = window.Duration.TotalSeconds };

    /// <summary>A document was sent.</summary>
    /// <param name="intended">When it should have been.</param>
    /// <param name="sent">When it was.</param>
    internal void Sent(TimeSpan intended, TimeSpan sent)
    {
        lock (_gate)
        {
            _counts.Sent++;
            if (window.Measures(intended))
                _counts.Delays.Record(sent - intended);
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
            _counts.Answered++;
            if (deadline is null || latency <= deadline)
                _counts.InTime++;
            _counts.Latencies.Record(latency);
            _counts.Words += statistics.Words;
            _counts.Subwords += statistics.Subwords;
            var (queue, inference, preparation) = _counts.ServerTime;
            _counts.ServerTime = (
                queue + statistics.QueueTime.ToTimeSpan(),
                inference + statistics.InferenceTime.ToTimeSpan(),
                preparation + statistics.PreparationTime.ToTimeSpan()
            );
        }
    }

    /// <summary>A document ended now without an answer.</summary>
    internal void Ended(TimeSpan intended, StatusCode code, string message)
    {
        var latency = window.Elapsed - intended;
        lock (_gate)
        {
            if (code is not (StatusCode.ResourceExhausted or StatusCode.DeadlineExceeded))
                _counts.FirstFailure ??= $"{code}: {message}";
            if (!window.Measures(intended))
                return;
            switch (code)
            {
                case StatusCode.ResourceExhausted:
                    _counts.Refused++;
                    _counts.RefusalTimes.Record(latency);
                    break;
                case StatusCode.DeadlineExceeded:
                    _counts.Expired++;
                    break;
                default:
                    _counts.Failed++;
                    break;
            }
        }
    }

    /// <summary>What was counted. To be asked when the load has ended.</summary>
    internal LoadCounts Counts()
    {
        lock (_gate)
            return _counts;
    }
}
