using BenchmarkDotNet.Attributes;
using NerService.Extraction.Pipeline;
using NerService.Extraction.Snapshots;
using NerService.Text.Documents;

namespace NerService.Benchmarks;

/// <summary>One document from its text to its entities, nothing else running; nearly all of it is the model.</summary>
[MemoryDiagnoser]
public class ExtractionBenchmarks
{
    private EntityExtractor _extractor = null!;
    private string _text = "";

    internal static string ModelFolder => Path.Combine(AppContext.BaseDirectory, "arabic-news");

    [Params(1, 30, 300)]
    public int Words { get; set; }

    [GlobalSetup]
    public async Task Setup()
    {
        _extractor = await EntityExtractor.LoadAsync(
            new ExtractorOptions { ModelFolder = ModelFolder, GazetteerFolder = Path.Combine(AppContext.BaseDirectory, "gazetteer") }
        );
        var source = new NewsDocument(Words / 30 + 1).Source;
        _text = source.SpanOf(new WordRange(0, Words)).Of(source.Text);
    }

    [GlobalCleanup]
    public void Cleanup() => _extractor.Dispose();

    [Benchmark]
    public Task<ExtractionResult> Extract() => _extractor.ExtractAsync(new ExtractionRequest { Source = SourceText.FromText(_text) });
}
