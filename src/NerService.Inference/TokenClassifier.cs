using System.Collections.Immutable;
using NerService.Inference.Batching;
using NerService.Inference.Benchmarking;
using NerService.Inference.Decoding;
using NerService.Inference.Models;
using NerService.Inference.Onnx;
using NerService.Inference.Tokenization;
using NerService.Inference.Windowing;
using NerService.Text;

namespace NerService.Inference;

/// <summary>
/// A loaded model: words in, one label distribution a word out. Thread-safe. A document's answer is bit for bit the same alone and in any company.
/// Disposing waits for the running batch and fails what is still queued.
/// </summary>
public sealed class TokenClassifier : IDisposable
{
    private readonly OnnxTokenClassifierSession _session;
    private readonly SubwordEncoder _encoder;
    private readonly BatchScheduler _scheduler;
    private readonly ImmutableArray<OutputLabels> _labels;
    private readonly LengthBuckets _buckets;
    private readonly MarkIds _marks;
    private readonly FeatureLayout _layout;

    private TokenClassifier(ModelFolder folder, OnnxTokenClassifierSession session, ISubwordTokenizer tokenizer, InferenceOptions options, TimeProvider time)
    {
        Folder = folder;
        _session = session;
        var manifest = folder.Manifest;
        OutputNames = [.. manifest.Outputs.Keys];
        _labels = [.. manifest.Outputs.Values.Select(labels => new OutputLabels(labels, manifest.Scheme))];
        _encoder = new SubwordEncoder(tokenizer, manifest.Folding == "model", manifest.Tokenizer.MaxSubwordsPerWord, manifest.Tokenizer.UnknownId);
        Options = options;
        Threads = session.Threads;
        _marks = new MarkIds(manifest.Tokenizer.BeginId, manifest.Tokenizer.EndId, manifest.Tokenizer.PadId);
        _layout = manifest.GazetteerFeatures is { } features ? FeatureLayout.Of(features.Bits, ModelManifest.FileName) : FeatureLayout.None;
        _buckets = new LengthBuckets(manifest.Window.Size + 2, manifest.Onnx.MaxPositions, session.FixedLength);
        var trial = new TrialRun(session, folder.FullPath(folder.Graph.File), _marks, _layout);
        foreach (var (output, labels) in OutputNames.Zip(_labels)) DependsOnBatch |= trial.Run(output, labels, (manifest.Tokenizer.UnknownId, tokenizer.LargestId), _buckets);
        _scheduler = new BatchScheduler(new SessionRunner(session, OutputNames, _labels), _buckets, OutputNames.Length, _labels.Max(l => l.Count), _marks, _layout, options, time);
    }

    /// <summary>The verified folder the model was loaded from.</summary>
    public ModelFolder Folder { get; }

    /// <summary>The model's manifest.</summary>
    public ModelManifest Manifest => Folder.Manifest;

    /// <summary>The graph that runs.</summary>
    public GraphSection Graph => Folder.Graph;

    /// <summary>Whether the graph reads what gazetteers propose (<see cref="EncodedDocument.WithFeatures"/>); if not, features are ignored.</summary>
    public bool ReadsGazetteer => _layout.Width > 0;

    /// <summary>How the model is run.</summary>
    public InferenceOptions Options { get; }

    /// <summary>Threads that one run uses; what <see cref="InferenceOptions.Threads"/> came to.</summary>
    public int Threads { get; }

    /// <summary>Labels of the default output.</summary>
    public LabelSet Labels => _labels[OutputIndex(null)].Labels;

    /// <summary>Names of the outputs a document can be classified with.</summary>
    public ImmutableArray<string> OutputNames { get; }

    /// <summary>Padded subwords that are submitted and not done.</summary>
    public long PendingTokens => _scheduler.PendingTokens;

    /// <summary>Padded subwords a second, averaged over the latest batches; 0 before the first.</summary>
    public double TokensPerSecond => _scheduler.TokensPerSecond;

    /// <summary>Whether the graph answers a window differently in other company, as dynamically quantized graphs do.</summary>
    internal bool DependsOnBatch { get; }

    /// <summary>Loads a model's folder: verifies every file, reads the tokenizer, loads the graph, checks it against the manifest and runs it once.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="options">How to run it; null means every option at its default.</param>
    /// <param name="time">The clock for deadlines and durations; null means the system's.</param>
    /// <exception cref="ModelLoadException">Says what is wrong with which file.</exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static TokenClassifier Load(string path, InferenceOptions? options = null, TimeProvider? time = null)
    {
        options ??= new InferenceOptions();
        options.Validate();
        return ModelLoadException.Guard(path, () =>
        {
            var folder = ModelFolder.Open(path, options.Graph);
            var tokenizer = SubwordTokenizers.Load(folder);
            var session = OnnxTokenClassifierSession.Load(folder, options.Threads > 0 ? options.Threads : Environment.ProcessorCount);
            try
            {
                return new TokenClassifier(folder, session, tokenizer, options, time ?? TimeProvider.System);
            }
            catch
            {
                session.Dispose();
                throw;
            }
        });
    }

    /// <summary>Folds and encodes a document's words.</summary>
    public EncodedDocument Encode(SourceText source) => _encoder.Encode(source);

    /// <summary>A word as the model is fed it.</summary>
    public string Fold(ReadOnlySpan<char> word) => _encoder.Fold(word);

    /// <summary>A subword as the vocabulary writes it.</summary>
    public string Piece(int id) => _encoder.Piece(id);

    /// <summary>Cuts an encoded document into the windows that <see cref="ClassifyAsync"/> runs.</summary>
    public List<Window> PlanWindows(EncodedDocument document) => WindowPlanner.Plan(document.WordStarts, Manifest.Window.Size, Manifest.Window.Overlap);

    /// <summary>Classifies every word of a document.</summary>
    /// <param name="document">Encoded by this model.</param>
    /// <param name="options">How; null means every option at its default.</param>
    /// <param name="cancellationToken">Gives up at once; windows not yet run are dropped.</param>
    /// <exception cref="ArgumentException">The model has no such output.</exception>
    /// <exception cref="TimeoutException">The deadline passed while the document was queued.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    /// <exception cref="InferenceException">The model failed.</exception>
    /// <exception cref="ObjectDisposedException">The model was unloaded.</exception>
    public async Task<Classification> ClassifyAsync(EncodedDocument document, ClassificationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(document);
        options ??= ClassificationOptions.Default;
        var output = OutputIndex(options.Output);
        var labels = _labels[output];
        if (document.WordCount == 0) return new Classification(WordPosteriors.FromLogits(labels.Labels, []), [], 0, TimeSpan.Zero, TimeSpan.Zero);
        var work = new DocumentWork(document, PlanWindows(document), output, labels.Count, options.Priority, options.Deadline);
        using (cancellationToken.UnsafeRegister(static (state, token) => ((DocumentWork)state!).TryAbandon(token), work))
        {
            _scheduler.Submit(work);
            await work.Completion;
        }
        var (posteriors, path) = labels.Decode(work.Logits);
        return new Classification(posteriors, path, work.Windows.Count, work.QueueTime, work.InferenceTime);
    }

    /// <summary>
    /// Prepares documents for a measurement of the bare session: the batches that <see cref="ClassifyAsync"/> forms when all are queued at once, and nothing
    /// else of its work.
    /// </summary>
    /// <param name="documents">Encoded by this model.</param>
    /// <exception cref="ArgumentException">No document has a word.</exception>
    public BareSessionBenchmark PrepareBareSession(IReadOnlyList<EncodedDocument> documents)
    {
        ArgumentNullException.ThrowIfNull(documents);
        var windows = documents.SelectMany(document => PlanWindows(document).Select(window => (document, window.Words)));
        return new BareSessionBenchmark(_session, Manifest.DefaultOutput, _labels[OutputIndex(null)].Count, PreparedBatch.Form(windows, _buckets, Options.MaxBatchTokens, _marks, _layout));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _scheduler.Dispose();
        _session.Dispose();
    }

    private int OutputIndex(string? name)
    {
        var index = OutputNames.IndexOf(name ?? Manifest.DefaultOutput);
        return index >= 0 ? index : throw new ArgumentException($"The model {Manifest.Identity} has no output '{name}'; its outputs are {string.Join(", ", OutputNames)}.", nameof(name));
    }

    /// <summary>Runs batches on the session by output index.</summary>
    private sealed class SessionRunner(OnnxTokenClassifierSession session, ImmutableArray<string> outputs, ImmutableArray<OutputLabels> labels) : IBatchRunner
    {
        public void Run(BatchTensors batch, int output, Memory<float> logits) => session.Run(batch, outputs[output], logits, labels[output].Count);
    }
}
