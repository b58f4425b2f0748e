using BenchmarkDotNet.Attributes;
using NerService.Extraction.Candidates;
using NerService.Extraction.Proposals;
using NerService.Extraction.Selection;
using NerService.Extraction.Snapshots;
using NerService.Inference;
using NerService.Text.Documents;

namespace NerService.Benchmarks;

/// <summary>
/// What the arbiter costs beside the model: the promise is under 5 % of a document's inference time. One document of news at a time, as an
/// interactive caller sends it: <see cref="Infer"/> is the model, <see cref="Judge"/> everything from the folded document to the chosen entities:
/// gazetteer, candidates, features, probabilities, selection.
/// </summary>
[MemoryDiagnoser]
public class ArbiterBenchmarks
{
    private Snapshot? _snapshot;
    private SourceText _source = SourceText.FromText("");
    private Classification? _classification;

    /// <summary>Words of the document.</summary>
    [Params(30, 500)]
    public int Words { get; set; }

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        _snapshot = await SnapshotLoader.LoadAsync(
            new ExtractorOptions
            {
                ModelFolder = ContentLocator.Resolve(ContentLocator.DefaultModelFolder),
                GazetteerFolder = ContentLocator.Resolve(ContentLocator.DefaultGazetteerFolder),
            }
        );
        _source = SourceText.FromTokens([.. NewsWords().Take(Words)]);
        _classification = await ClassifyAsync();
    }

    [GlobalCleanup]
    public void CleanUp() => _snapshot!.Dispose();

    [Benchmark(Baseline = true)]
    public Task<Classification> Infer() => ClassifyAsync();

    [Benchmark]
    public int Judge()
    {
        var gazetteer = new GazetteerEvidence(GazetteerProposals.Of(_source, _snapshot!.Gazetteers.AsSpan()), _snapshot.NameParts, knowsPlaces: true);
        return CandidateSelection.ByArbiter(_snapshot.Arbiter!, new LabelEvidence(_classification!), gazetteer, new DenyList([])).Count;
    }

    /// <summary>The arbiter alone: candidates, features, probabilities, selection.</summary>
    [Benchmark]
    public int JudgeWithoutGazetteer()
    {
        var gazetteer = new GazetteerEvidence(GazetteerProposals.None(_source), _snapshot!.NameParts, knowsPlaces: false);
        return CandidateSelection.ByArbiter(_snapshot.Arbiter!, new LabelEvidence(_classification!), gazetteer, new DenyList([])).Count;
    }

    private Task<Classification> ClassifyAsync() => _snapshot!.Model.ClassifyAsync(_snapshot.Model.Encode(_source));

    private static IEnumerable<string> NewsWords()
    {
        var file = Path.Combine(AppContext.BaseDirectory, "news.txt");
        while (true)
        {
            foreach (var line in File.ReadLines(file))
            foreach (var word in line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                yield return word;
        }
    }
}
