using NerService.Inference.Onnx;

namespace NerService.Inference.Benchmarking;

/// <summary>
/// What a graph does in a given time with nothing around it: batches prepared beforehand, on a session of its own. The yardstick for everything that
/// the service adds, and for graphs and schedules that it does not use. Not to be run while anything else is at work.
/// </summary>
public sealed class BareSessionBenchmark : IDisposable
{
    private readonly OnnxTokenClassifierSession _session;
    private readonly List<PreparedBatch> _batches;
    private readonly float[][] _logits;
    private readonly string _output;
    private readonly int _labels;

    internal BareSessionBenchmark(OnnxTokenClassifierSession session, int runs, string output, int labels, List<PreparedBatch> batches)
    {
        if (batches.Count == 0)
            throw new ArgumentException("There is nothing to run.", nameof(batches));
        (_session, _output, _labels, _batches) = (session, output, labels, batches);
        _logits = [.. Enumerable.Range(0, runs).Select(_ => new float[batches.Max(batch => batch.PaddedSubwords) * labels])];
    }

    /// <summary>Number of batches.</summary>
    public int Batches => _batches.Count;

    /// <summary>Subwords of the words in them, neither special tokens nor padding counted.</summary>
    public int Subwords => _batches.Sum(batch => batch.Subwords);

    /// <summary>Subwords run, special tokens and padding counted.</summary>
    public int PaddedSubwords => _batches.Sum(batch => batch.PaddedSubwords);

    /// <summary>Runs every batch once.</summary>
    public void Run()
    {
        var next = -1;
        var threads = _logits.Skip(1).Select(logits => new Thread(() => RunRest(logits))).ToList();
        foreach (var thread in threads)
            thread.Start();
        RunRest(_logits[0]);
        foreach (var thread in threads)
            thread.Join();

        void RunRest(float[] logits)
        {
            while (Interlocked.Increment(ref next) is var i && i < _batches.Count)
                Run(_batches[i], logits);
        }
    }

    /// <summary>Runs one batch and nothing beside it.</summary>
    /// <param name="batch">Which, from 0; after the last comes the first again.</param>
    public void Run(int batch) => Run(_batches[batch % _batches.Count], _logits[0]);

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private void Run(PreparedBatch batch, float[] logits) =>
        _session.Run(batch.Tensors, _output, logits.AsMemory(0, batch.PaddedSubwords * _labels), _labels);
}
