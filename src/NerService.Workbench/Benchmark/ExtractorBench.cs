using System.Diagnostics;
using NerService.Extraction.Pipeline;
using NerService.Extraction.Snapshots;
using NerService.Text.Documents;
using NerService.Text.Words;
using NerService.Workbench.Load;

namespace NerService.Workbench.Benchmark;

/// <summary>The whole extractor beside bare sessions, turn by turn: one with the same graph and schedule, and perhaps one to compare with.</summary>
internal sealed class ExtractorBench : IDisposable
{
    /// <summary>Documents that are extracted one at a time.</summary>
    private const int Singles = 100;

    private readonly EntityExtractor _extractor;
    private readonly Snapshot _snapshot;
    private readonly string[] _texts;
    private readonly string? _baselineGraph;
    private readonly BareSession _session;
    private readonly BareSession? _baseline,
        _baselineSingles;

    /// <summary>Prepares the batches, those of the graph to compare with too; null for none.</summary>
    internal ExtractorBench(EntityExtractor extractor, Snapshot snapshot, string[] texts, string? baselineGraph)
    {
        (_extractor, _snapshot, _texts, _baselineGraph) = (extractor, snapshot, texts, baselineGraph);
        _session = BareSession.Of(snapshot.Model, texts);
        if (baselineGraph is null)
            return;
        _baseline = BareSession.Of(snapshot.Model, texts, BareSchedule.OneRunOnAllCores, baselineGraph);
        _baselineSingles = BareSession.Of(
            snapshot.Model,
            texts[..Math.Min(Singles, texts.Length)],
            BareSchedule.OneRunOnAllCores,
            baselineGraph,
            maxBatchPaddedSubwords: 1
        );
    }

    /// <summary>Measures.</summary>
    /// <param name="rounds">Rounds of each side.</param>
    /// <param name="tick">Called <paramref name="rounds"/> + 2 times.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async Task<BenchResult> MeasureAsync(int rounds, Action tick, CancellationToken cancellationToken)
    {
        var (extractor, session, baseline) = (new double[rounds], new double[rounds], new double[rounds]);
        // The first round of each side warms up: caches, tiered compilation, the sessions' memory arenas.
        for (var round = -1; round < rounds; round++)
        {
            var (e, s, b) = (await TimeExtractorAsync(cancellationToken), Time(_session.Run), _baseline is null ? 0 : Time(_baseline.Run));
            if (round >= 0)
                (extractor[round], session[round], baseline[round]) = (e, s, b);
            tick();
        }
        var singles = await MeasureSinglesAsync(cancellationToken);
        tick();
        return new BenchResult(
            Model: $"{_snapshot.ModelVersion} ({_snapshot.Model.Graph.File})",
            Threads: _snapshot.Model.Threads,
            MaxBatchPaddedSubwords: _snapshot.Model.Options.MaxBatchPaddedSubwords,
            Documents: _texts.Length,
            Words: _texts.Sum(text => WordSplitter.Split(text).Length),
            Subwords: _session.Subwords,
            PaddingShare: 1 - (double)_session.Subwords / _session.PaddedSubwords,
            ExtractorSeconds: Median(extractor),
            SessionSeconds: Median(session),
            Ratio: Median(session.Zip(extractor, (s, e) => s / e)),
            Singles: LatencyHistogram.Of(singles.Select(single => TimeSpan.FromMilliseconds(single.Milliseconds))),
            SingleMs: Median(singles.Select(single => single.Milliseconds)),
            SingleOutsideInference: Median(singles.Select(single => single.OutsideInference)),
            Baseline: _baselineGraph is null
                ? null
                : new BenchBaseline(
                    _baselineGraph,
                    Median(baseline),
                    Speedup: Median(baseline.Zip(extractor, (b, e) => b / e)),
                    SingleMs: Median(singles.Select(single => single.BaselineMilliseconds))
                )
        );
    }

    public void Dispose()
    {
        _session.Dispose();
        _baseline?.Dispose();
        _baselineSingles?.Dispose();
    }

    /// <summary>Seconds from the first document handed in to the last answer.</summary>
    private async Task<double> TimeExtractorAsync(CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(
            _texts.Select(text => _extractor.ExtractAsync(new ExtractionRequest { Source = SourceText.FromText(text) }, cancellationToken))
        );
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>Extracts one document at a time, the baseline's turn after each.</summary>
    private async Task<List<(double Milliseconds, double OutsideInference, double BaselineMilliseconds)>> MeasureSinglesAsync(
        CancellationToken cancellationToken
    )
    {
        var singles = new List<(double Milliseconds, double OutsideInference, double BaselineMilliseconds)>();
        foreach (var (i, text) in _texts.Take(Singles).Index())
        {
            var started = Stopwatch.GetTimestamp();
            var result = await _extractor.ExtractAsync(new ExtractionRequest { Source = SourceText.FromText(text) }, cancellationToken);
            var elapsed = Stopwatch.GetElapsedTime(started);
            var baseline = _baselineSingles is null ? 0 : Time(() => _baselineSingles.Run(i));
            singles.Add((elapsed.TotalMilliseconds, 1 - result.Statistics.InferenceTime / elapsed, baseline * 1000));
        }
        return singles;
    }

    private static double Time(Action run)
    {
        var started = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
