using BenchmarkDotNet.Attributes;
using NerService.Text.Documents;
using NerService.Text.Folding;
using NerService.Text.Words;

namespace NerService.Benchmarks;

/// <summary>What is done to a document before the model: words, folding, offsets.</summary>
[MemoryDiagnoser]
public class TextBenchmarks
{
    private string _text = "";
    private SourceText _source = SourceText.FromText("");
    private OffsetMap _offsets = new("", OffsetUnit.Utf8);

    /// <summary>Paragraphs of about 30 words.</summary>
    [Params(1, 10)]
    public int Paragraphs { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _source = new NewsDocument(Paragraphs).Source;
        _text = _source.Text;
        _offsets = new OffsetMap(_text, OffsetUnit.Utf8);
    }

    [Benchmark]
    public int SplitWords()
    {
        var words = 0;
        foreach (var _ in WordSplitter.Enumerate(_text))
            words++;
        return words;
    }

    [Benchmark]
    public int FoldForTheModel() => Fold(FoldingProfile.Model);

    [Benchmark]
    public int FoldForTheGazetteer() => Fold(FoldingProfile.GazetteerKey);

    [Benchmark]
    public OffsetMap PrepareOffsets() => new(_text, OffsetUnit.Utf8);

    [Benchmark]
    public int ConvertEveryWordsOffsets()
    {
        var sum = 0;
        foreach (var word in _source.Words)
            sum += _offsets.Convert(word).End;
        return sum;
    }

    private int Fold(FoldingProfile profile)
    {
        var length = 0;
        for (var word = 0; word < _source.WordCount; word++)
            length += ArabicFolding.Fold(_source.Word(word), profile).Length;
        return length;
    }
}
