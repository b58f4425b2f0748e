using BenchmarkDotNet.Attributes;
using NerService.Gazetteer;
using NerService.Gazetteer.Index;
using NerService.Gazetteer.Loading;
using NerService.Gazetteer.Matching;
using NerService.Text.Documents;
using NerService.Text.Labels;

namespace NerService.Benchmarks;

/// <summary>
/// What a gazetteer costs: to load, to hold, to match. The promises: one million entries load in at most 3 s and 250 MB, and the time per word at one
/// million is within twice that at ten thousand. The setup prints what the loaded index holds, since the diagnoser counts what was allocated.
/// </summary>
[MemoryDiagnoser]
public class GazetteerBenchmarks
{
    /// <summary>Words of the text that is matched; a long news article ten times over, so that time per word is <c>Mean</c> / 10,000.</summary>
    private const int TextWords = 10_000;

    private string _file = "";
    private GazetteerIndex _index = GazetteerIndex.Empty;
    private SourceText _source = SourceText.FromText("");
    private GazetteerEntry[] _requestEntries = [];

    [Params(10_000, 100_000, 1_000_000)]
    public int Entries { get; set; }

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        _file = Path.Combine(Path.GetTempPath(), $"gazetteer-benchmark-{Environment.ProcessId}-{Entries}.tsv");
        GazetteerGenerator.WriteFile(_file, Entries);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        _index = await LoadAsync();
        var held = GC.GetTotalMemory(forceFullCollection: true) - before;
        Console.WriteLine(
            $"// {Entries:N0} entries: the index holds {held / 1e6:F1} MB, {(double)held / Entries:F0} bytes an entry; the file has "
                + $"{new FileInfo(_file).Length / 1e6:F1} MB."
        );
        _source = SourceText.FromText(GazetteerGenerator.Text(TextWords));
        _requestEntries = [.. Enumerable.Range(0, 1000).Select(i => new GazetteerEntry($"شركة الاختبار {i}", EntityType.Organization, $"own:{i}"))];
    }

    [GlobalCleanup]
    public void CleanUp() => File.Delete(_file);

    /// <summary>Files to index.</summary>
    [Benchmark]
    public async Task<GazetteerIndex> LoadAsync() => (await GazetteerLoader.LoadAsync([_file])).Value;

    /// <summary>A document that is already folded.</summary>
    [Benchmark]
    public int Match() => GazetteerMatcher.Match(_source, _index).Count;

    /// <summary>A document that has to be folded first; its text is read as it is, which makes a document anew.</summary>
    [Benchmark]
    public int FoldAndMatch() => GazetteerMatcher.Match(_source.WithReading(_source.Text), _index).Count;

    /// <summary>What a request with a thousand names of its own pays before matching.</summary>
    [Benchmark]
    public GazetteerIndex BuildForRequest() => GazetteerIndex.Build(_requestEntries);
}
