using BenchmarkDotNet.Attributes;
using NerService.Extraction.Clitics;
using NerService.Extraction.Grouping;
using NerService.Extraction.Pipeline;
using NerService.Gazetteer.Loading;
using NerService.Text.Clitics;

namespace NerService.Benchmarks;

/// <summary>What joining a document's mentions costs.</summary>
[MemoryDiagnoser]
public class GroupingBenchmarks
{
    private NewsDocument _document = new(1);
    private ExtractedEntity[] _entities = [];
    private NameParts _nameParts = NameParts.Empty;

    /// <summary>About 31 words and 10 entities each.</summary>
    [Params(1, 10)]
    public int Paragraphs { get; set; }

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        _document = new NewsDocument(Paragraphs);
        (var index, _nameParts) = await NewsDocument.LoadGazetteerAsync();
        var evidence = new GazetteerCliticEvidence(_document.Source, _nameParts, index);
        _entities =
        [
            .. _document
                .Entities.Select(e => (e.Words, e.Type, Name: CliticSegmenter.Segment(_document.Source, e.Words, e.Type, evidence)))
                .Select(e => new ExtractedEntity
                {
                    Label = e.Type,
                    Span = _document.Source.SpanOf(e.Words),
                    Words = e.Words,
                    CoreSpan = e.Name.Core,
                    Clitics = e.Name.Clitics,
                    NormalizedName = e.Name.NormalizedName,
                    Confidence = 0.9f,
                    Source = EntitySource.Model,
                }),
        ];
    }

    /// <summary>The document's groups.</summary>
    [Benchmark]
    public int Group() => new MentionGrouper(_entities, _nameParts).Group(_document.Source).Length;
}
