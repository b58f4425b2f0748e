using BenchmarkDotNet.Attributes;
using NerService.Inference.Decoding;
using NerService.Inference.Models;
using NerService.Inference.Tokenization;
using NerService.Inference.Windowing;
using NerService.Text.Documents;

namespace NerService.Benchmarks;

/// <summary>What stands around the model's session: subwords, windows, decoding.</summary>
[MemoryDiagnoser]
public class InferenceBenchmarks
{
    private readonly LabelSet _labels = new(["O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-ORG", "I-ORG"]);
    private SourceText _source = SourceText.FromText("");
    private SubwordEncoder _warm = null!;
    private ISubwordTokenizer _tokenizer = null!;
    private int[] _wordStarts = [];
    private float[] _logits = [];
    private WordPosteriors _posteriors = null!;

    /// <summary>Paragraphs of about 30 words.</summary>
    [Params(1, 10)]
    public int Paragraphs { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _source = new NewsDocument(Paragraphs).Source;
        var manifest = ModelManifest.Read(ExtractionBenchmarks.ModelFolder);
        _tokenizer = SentencePieceSubwordTokenizer.Load(Path.Combine(ExtractionBenchmarks.ModelFolder, manifest.Tokenizer.File));
        _warm = NewEncoder();
        _wordStarts = _warm.Encode(_source).WordStarts.ToArray();
        var random = new Random(1);
        _logits = [.. Enumerable.Range(0, _source.WordCount * _labels.Count).Select(_ => random.NextSingle() * 10)];
        _posteriors = WordPosteriors.FromLogits(_labels, [.. _logits]);
    }

    /// <summary>Every word known: a look-up each.</summary>
    [Benchmark]
    public EncodedDocument EncodeKnownWords() => _warm.Encode(_source);

    /// <summary>A fresh cache: every distinct word folded and cut.</summary>
    [Benchmark]
    public EncodedDocument EncodeNewWords() => NewEncoder().Encode(_source);

    [Benchmark]
    public int PlanWindows() => WindowPlanner.Plan(_wordStarts, 200, 60).Count;

    [Benchmark]
    public WordPosteriors Softmax() => WordPosteriors.FromLogits(_labels, [.. _logits]);

    [Benchmark]
    public int[] DecodeViterbi() => ViterbiDecoder.Decode(_posteriors);

    private SubwordEncoder NewEncoder() => new(_tokenizer, fold: true, maxSubwordsPerWord: 24, unknownId: 3);
}
