using System.Collections.Immutable;
using NerService.Inference.Decoding;
using NerService.Inference.Models;
using NerService.Inference.Onnx;
using NerService.Inference.Scheduling;
using NerService.Inference.Tokenization;
using NerService.Inference.Windowing;
using NerService.Text.Documents;

namespace NerService.Inference;

/// <summary>
/// A loaded model: words in, one label distribution per word out. Thread-safe. A document's answer is bit for bit the same alone and in any company.
/// Disposing waits for the running batch and fails what is still queued.
/// </summary>
public sealed class TokenClassifier : IDisposable
{
    private readonly SessionRunner _runner;
    private readonly SubwordEncoder _encoder;
    private readonly BatchScheduler _scheduler;
    private readonly ImmutableArray<OutputLabels> _labels;

    private TokenClassifier(ModelFolder folder, SessionRunner runner, ISubwordTokenizer tokenizer, InferenceOptions options, TimeProvider time)
    {
        Folder = folder;
        _runner = runner;
        var manifest = folder.Manifest;
        OutputNames = [.. manifest.Outputs.Keys];
        _labels = [.. manifest.Outputs.Values.Select(labels => new OutputLabels(labels, manifest.Scheme))];
        _encoder = new SubwordEncoder(tokenizer, manifest.Folding == "model", manifest.Tokenizer.MaxSubwordsPerWord, manifest.Tokenizer.UnknownId);
        Options = options;
        SpecialTokens = new SpecialTokens(manifest.Tokenizer.BeginId, manifest.Tokenizer.EndId, manifest.Tokenizer.PadId);
        Layout = manifest.GazetteerFeatures is { } features ? FeatureLayout.Of(features.Bits, ModelManifest.FileName) : FeatureLayout.None;
        Buckets = new LengthBuckets(manifest.Window.Size + 2, manifest.Onnx.MaxPositions, runner.OnOneCore.FixedLength);
        var trial = new TrialRun(runner.OnOneCore, folder.FullPath(folder.Graph.File), SpecialTokens, Layout);
        DependsOnBatch = folder.Content.QuantizesByBatch;
        foreach (var (output, labels) in OutputNames.Zip(_labels))
            DependsOnBatch |= trial.Run(output, labels, (manifest.Tokenizer.UnknownId, tokenizer.LargestId), Buckets);
        if (DependsOnBatch)
            runner.RunOneByOne();
        _scheduler = new BatchScheduler(runner, Buckets, _labels.Max(l => l.Count), SpecialTokens, Layout, options, time);
    }

    /// <summary>The verified folder the model was loaded from.</summary>
    public ModelFolder Folder { get; }

    /// <summary>The model's manifest.</summary>
    public ModelManifest Manifest => Folder.Manifest;

    /// <summary>The graph that runs.</summary>
    public GraphSection Graph => Folder.Graph;

    /// <summary>Whether the graph reads what gazetteers propose (<see cref="EncodedDocument.WithFeatures"/>); if not, features are ignored.</summary>
    public bool ReadsGazetteer => Layout.Width > 0;

    /// <summary>How the model is run.</summary>
    public InferenceOptions Options { get; }

    /// <summary>Cores that inference uses; what <see cref="InferenceOptions.Threads"/> came to.</summary>
    public int Threads => Options.Cores;

    /// <summary>Labels of the default output.</summary>
    public LabelSet Labels => DefaultLabels.Labels;

    /// <summary>Names of the outputs a document can be classified with.</summary>
    public ImmutableArray<string> OutputNames { get; }

    /// <summary>Padded subwords that are admitted and not done.</summary>
    public long PendingTokens => _scheduler.PendingTokens;

    /// <summary>Padded subwords a second with all cores busy, averaged over the latest batches; 0 before the first.</summary>
    public double TokensPerSecond => _scheduler.TokensPerSecond;

    /// <summary>
    /// Whether the graph would answer a window differently in other company, as dynamically quantized graphs do; each then has a run of its own.
    /// </summary>
    internal bool DependsOnBatch { get; }

    /// <summary>The labels of the default output as the graph has them.</summary>
    internal OutputLabels DefaultLabels => _labels[OutputIndex(null)];

    /// <summary>What windows are padded to.</summary>
    internal LengthBuckets Buckets { get; }

    /// <summary>The ids around each window.</summary>
    internal SpecialTokens SpecialTokens { get; }

    /// <summary>What the graph reads of the gazetteers.</summary>
    internal FeatureLayout Layout { get; }

    /// <summary>
    /// Loads a model's folder: verifies every file, reads the tokenizer, loads the graph, checks it against the manifest and runs it once.
    /// </summary>
    /// <param name="path">The folder.</param>
    /// <param name="options">How to run it; null means every option at its default.</param>
    /// <param name="time">The clock for deadlines and durations; null means the system's.</param>
    /// <exception cref="ModelLoadException">Says what is wrong with which file.</exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static TokenClassifier Load(string path, InferenceOptions? options = null, TimeProvider? time = null)
    {
        options ??= new InferenceOptions();
        options.Validate();
        return ModelLoadException.Guard(
            path,
            () =>
            {
                var folder = ModelFolder.Open(path, options.Graph);
                var tokenizer = SubwordTokenizers.Load(folder);
                var runner = SessionRunner.Load(folder, options.Cores);
                try
                {
                    return new TokenClassifier(folder, runner, tokenizer, options, time ?? TimeProvider.System);
                }
                catch
                {
                    runner.Dispose();
                    throw;
                }
            }
        );
    }

    /// <summary>Folds and encodes a document's words.</summary>
    /// <param name="source">The document.</param>
    /// <param name="placeKindsApart">Whether nouns that say what kind of place is named are encoded apart from proclitics before them; false: each
    /// word is what the tokenizer makes of it. Default: as the model wants it (<see cref="TokenizerSection.PlaceKindsApart"/>).</param>
    public EncodedDocument Encode(SourceText source, bool? placeKindsApart = null) =>
        _encoder.Encode(source, placeKindsApart ?? Manifest.Tokenizer.PlaceKindsApart);

    /// <summary>A word as the model is fed it.</summary>
    public string Fold(ReadOnlySpan<char> word) => _encoder.Fold(word);

    /// <summary>A subword as the vocabulary writes it.</summary>
    public string Piece(int id) => _encoder.Piece(id);

    /// <summary>Cuts an encoded document into the windows that <see cref="ClassifyAsync"/> runs.</summary>
    internal List<Window> PlanWindows(EncodedDocument document) =>
        WindowPlanner.Plan(document.WordStarts, Manifest.Window.Size, Manifest.Window.Overlap);

    /// <summary>Classifies every word of a document.</summary>
    /// <param name="document">Encoded by this model.</param>
    /// <param name="options">How; null means every option at its default.</param>
    /// <param name="cancellationToken">Cancels at once; windows not yet run are dropped.</param>
    /// <exception cref="ArgumentException">The model has no such output.</exception>
    /// <exception cref="AdmissionException">The document may be refused, and the queue is full or its deadline cannot be met.</exception>
    /// <exception cref="TimeoutException">The deadline passed while the document was queued.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    /// <exception cref="InferenceException">The model failed.</exception>
    /// <exception cref="ObjectDisposedException">The model was unloaded.</exception>
    public async Task<Classification> ClassifyAsync(
        EncodedDocument document,
        ClassificationOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(document);
        options ??= new ClassificationOptions();
        var output = OutputIndex(options.Output);
        var labels = _labels[output];
        if (document.WordCount == 0)
            return new Classification(WordPosteriors.FromLogits(labels.Labels, []), [], 0, TimeSpan.Zero, TimeSpan.Zero);
        var work = new DocumentWork(document, PlanWindows(document), output, labels.Count, options);
        using (cancellationToken.UnsafeRegister(static (state, token) => ((DocumentWork)state!).TryAbandon(token), work))
        {
            _scheduler.Submit(work);
            await work.Completion;
        }
        var (posteriors, path) = labels.Decode(work.Logits);
        return new Classification(posteriors, path, work.Windows.Count, work.QueueTime, work.InferenceTime);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _scheduler.Dispose();
        _runner.Dispose();
    }

    private int OutputIndex(string? name)
    {
        var index = OutputNames.IndexOf(name ?? Manifest.DefaultOutput);
        return index >= 0
            ? index
            : throw new ArgumentException(
                $"The model {Manifest.Identity} has no output '{name}'; its outputs are {string.Join(", ", OutputNames)}.",
                nameof(name)
            );
    }
}
