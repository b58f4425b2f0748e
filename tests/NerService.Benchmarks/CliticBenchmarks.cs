using BenchmarkDotNet.Attributes;
using NerService.Extraction.Clitics;
using NerService.Gazetteer.Index;
using NerService.Gazetteer.Loading;
using NerService.Text.Clitics;
using NerService.Text.Labels;
using NerService.Text.Sentences;
using NerService.Text.Titles;

namespace NerService.Benchmarks;

/// <summary>
/// What a document's clitics, titles and sentences cost. The promise: together with grouping under 2 % of the document's extraction.
/// </summary>
[MemoryDiagnoser]
public class CliticBenchmarks
{
    private NewsDocument _document = new(1);
    private NamedWords[] _others = [];
    private GazetteerIndex _index = GazetteerIndex.Empty;
    private NameParts _nameParts = NameParts.Empty;

    /// <summary>About 31 words and 10 entities each.</summary>
    [Params(1, 10)]
    public int Paragraphs { get; set; }

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        _document = new NewsDocument(Paragraphs);
        _others = [.. _document.Entities.Where(e => e.Type != EntityType.Person).Select(e => new NamedWords(e.Words, e.Type))];
        (_index, _nameParts) = await NewsDocument.LoadGazetteerAsync();
    }

    /// <summary>Every entity's core and normalized name, the document's words counted as evidence.</summary>
    [Benchmark]
    public int Clitics()
    {
        var evidence = new GazetteerCliticEvidence(_document.Source, _nameParts, _index);
        var cut = 0;
        foreach (var (words, type) in _document.Entities)
            cut += CliticSegmenter.Segment(_document.Source, words, type, evidence).Clitics.Length;
        return cut;
    }

    /// <summary>Every person's title.</summary>
    [Benchmark]
    public int Titles()
    {
        var found = 0;
        foreach (var (words, type) in _document.Entities)
            if (type == EntityType.Person && TitleFinder.Find(_document.Source, words, _others) is not null)
                found++;
        return found;
    }

    /// <summary>The document's sentences.</summary>
    [Benchmark]
    public int Sentences() => SentenceSplitter.Split(_document.Source).Length;
}
