using NerService.Inference.Onnx;

namespace NerService.Inference.Benchmarking;

/// <summary>
/// What the model's session does in a given time with nothing around it: batches prepared beforehand, run one after the other on the session that the
/// classifier itself uses. The yardstick for everything that the service adds. Not to be run while the classifier is at work.
/// </summary>
public sealed class BareSessionBenchmark
{
    private readonly OnnxTokenClassifierSession _session;
    private readonly List<PreparedBatch> _batches;
    private readonly float[] _logits;
    private readonly string _output;
    private readonly int _labels;

    internal BareSessionBenchmark(OnnxTokenClassifierSession session, string output, int labels, List<PreparedBatch> batches)
    {
        if (batches.Count == 0) throw new ArgumentException("There is nothing to run.", nameof(batches));
        (_session, _output, _labels, _batches) = (session, output, labels, batches);
        _logits = new float[batches.Max(batch => batch.PaddedSubwords) * labels];
    }

    /// <summary>Number of batches.</summary>
    public int Batches => _batches.Count;

    /// <summary>Subwords of the words in them, neither marks nor padding counted.</summary>
    public int Subwords => _batches.Sum(batch => batch.Subwords);

    /// <summary>Subwords run, marks and padding counted.</summary>
    public int PaddedSubwords => _batches.Sum(batch => batch.PaddedSubwords);

    /// <summary>Runs every batch once on the calling thread.</summary>
    public void Run()
    {
        foreach (var batch in _batches) _session.Run(batch.Tensors, _output, _logits.AsMemory(0, batch.PaddedSubwords * _labels), _labels);
    }
}
