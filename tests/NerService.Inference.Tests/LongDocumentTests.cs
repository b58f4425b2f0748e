using System.Text;
using NerService.Inference.Decoding;
using NerService.Inference.Scheduling;
using NerService.Inference.Tests.Scheduling;
using NerService.Inference.Tokenization;
using NerService.Text.Documents;

namespace NerService.Inference.Tests;

/// <summary>Alone in the process, because it looks at what the process allocates.</summary>
[CollectionDefinition(nameof(LongDocumentTests), DisableParallelization = true)]
[Collection(nameof(LongDocumentTests))]
public sealed class LongDocumentTests
{
    /// <summary>What a document of one million characters may allocate in all, from its words to its labels.</summary>
    private const long MaxAllocatedBytes = 64L * 1024 * 1024;

    // The way of a document through the classifier, step by step, with a runner that answers at once; the model itself would take minutes.
    [Fact]
    public async Task One_million_characters_get_one_label_a_word_within_64_megabytes()
    {
        var text = MillionCharacters();
        using var runner = new FakeRunner(labels: 7);
        var model = BuiltInModel.Get();
        model.Encode(SourceText.FromText(text[..20_000]));
        using var scheduler = new BatchScheduler(
            runner,
            new LengthBuckets(202, 512),
            maxLabels: 7,
            new SpecialTokens(0, 2, 1),
            FeatureLayout.None,
            new InferenceOptions(),
            TimeProvider.System
        );

        var before = GC.GetTotalAllocatedBytes(precise: true);
        var source = SourceText.FromText(text);
        var document = model.Encode(source);
        var work = new DocumentWork(document, model.PlanWindows(document), output: 0, labels: 7, new ClassificationOptions());
        var prepared = GC.GetTotalAllocatedBytes(precise: true);
        scheduler.Submit(work);
        await work.Completion.WithinLimitAsync();
        var ran = GC.GetTotalAllocatedBytes(precise: true);
        var rows = Enumerable.Range(0, document.WordCount).Count(word => work.Logits[word * 7] == document.Subwords[document.Heads[word]]);
        var decoding = GC.GetTotalAllocatedBytes(precise: true);
        var path = ViterbiDecoder.Decode(WordPosteriors.FromLogits(model.Labels, work.Logits));
        var decoded = GC.GetTotalAllocatedBytes(precise: true);

        Assert.Equal(source.WordCount, rows);
        Assert.Equal(source.WordCount, path.Length);
        Assert.True(work.Windows.Count > 1000);
        // The fake writes down what it was given; that is not the document's.
        var written = runner.Batches.Sum(batch => batch.Rows.Sum(row => 8L * row.Length * 8));
        var allocated = prepared - before + decoded - decoding + Math.Max(0, ran - prepared - written);
        Assert.True(
            allocated < MaxAllocatedBytes,
            $"{allocated / 1e6:F1} MB: {(prepared - before) / 1e6:F1} preparing, {(ran - prepared) / 1e6:F1} running ({written / 1e6:F1} the "
                + $"fake's), {(decoded - decoding) / 1e6:F1} decoding."
        );
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{source.WordCount} words, {document.SubwordCount} subwords, {work.Windows.Count} windows, {allocated / 1e6:F1} MB allocated."
        );
    }

    private static string MillionCharacters()
    {
        var text = new StringBuilder(1_000_500);
        for (var i = 0; text.Length < 1_000_000; i++)
            text.AppendJoin(' ', Golden.Sentences[i % Golden.Sentences.Length].Words).Append('\n');
        return text.ToString(0, 1_000_000);
    }
}
