using NerService.Inference;
using NerService.Inference.Models;
using NerService.Inference.Onnx;
using NerService.Text.Documents;

namespace NerService.Workbench.Benchmark;

/// <summary>
/// What a graph does in a given time with nothing around it: batches prepared beforehand, on a session of its own. The yardstick for everything that
/// the service adds, and for graphs and schedules that it does not use. Not to be run while anything else is at work.
/// </summary>
internal sealed class BareSession : IDisposable
{
    private readonly OnnxTokenClassifierSession _session;
    private readonly List<PreparedBatch> _batches;
    private readonly float[][] _logits;
    private readonly string _output;
    private readonly int _labels;

    private BareSession(OnnxTokenClassifierSession session, int runs, string output, int labels, List<PreparedBatch> batches)
    {
        if (batches.Count == 0)
            throw new ArgumentException("There is nothing to run.", nameof(batches));
        (_session, _output, _labels, _batches) = (session, output, labels, batches);
        _logits = [.. Enumerable.Range(0, runs).Select(_ => new float[batches.Max(batch => batch.PaddedSubwords) * labels])];
    }

    /// <summary>Prepares texts: the batches that the model forms when all are queued at once, on a session of their own.</summary>
    /// <param name="model">The model.</param>
    /// <param name="texts">The documents.</param>
    /// <param name="schedule">How the batches are run.</param>
    /// <param name="graph">The graph, by its name in the manifest; null for the one that runs.</param>
    /// <param name="maxBatchPaddedSubwords">Padded subwords a batch holds at most; null for as many as the model's options say.</param>
    /// <exception cref="ArgumentException">No document has a word.</exception>
    /// <exception cref="ModelLoadException">There is no such graph, or its file has changed.</exception>
    internal static BareSession Of(
        TokenClassifier model,
        IEnumerable<string> texts,
        BareSchedule schedule = BareSchedule.RunPerCore,
        string? graph = null,
        int? maxBatchPaddedSubwords = null
    )
    {
        var windows = texts
            .Select(text => model.Encode(SourceText.FromText(text)))
            .SelectMany(document => model.PlanWindows(document).Select(window => (document, window.Words)));
        var maxPadded = maxBatchPaddedSubwords ?? model.Options.MaxBatchPaddedSubwords;
        var batches = PreparedBatch.Form(windows, model.Buckets, maxPadded, model.SpecialTokens, model.Layout);
        var (runs, threads) = schedule == BareSchedule.RunPerCore ? (model.Threads, 1) : (1, model.Threads);
        var folder = graph is null ? model.Folder : ModelFolder.Open(model.Folder.Path, graph);
        var session = OnnxTokenClassifierSession.Load(folder, threads, spins: false);
        session.OneByOne |= model.DependsOnBatch;
        return new BareSession(session, runs, model.Manifest.DefaultOutput, model.DefaultLabels.Count, batches);
    }

    /// <summary>Number of batches.</summary>
    internal int Batches => _batches.Count;

    /// <summary>Subwords of the words in them, neither special tokens nor padding counted.</summary>
    internal int Subwords => _batches.Sum(batch => batch.Subwords);

    /// <summary>Subwords run, special tokens and padding counted.</summary>
    internal int PaddedSubwords => _batches.Sum(batch => batch.PaddedSubwords);

    /// <summary>Runs every batch once.</summary>
    internal void Run()
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
    internal void Run(int batch) => Run(_batches[batch % _batches.Count], _logits[0]);

    public void Dispose() => _session.Dispose();

    private void Run(PreparedBatch batch, float[] logits) =>
        _session.Run(batch.Tensors, _output, logits.AsMemory(0, batch.PaddedSubwords * _labels), _labels);
}
