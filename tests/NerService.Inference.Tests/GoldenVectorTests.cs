using NerService.Inference.Models;
using NerService.Inference.Onnx;
using NerService.Inference.Scheduling;
using NerService.Inference.Tokenization;
using NerService.Text.Documents;

namespace NerService.Inference.Tests;

public sealed class GoldenVectorTests
{
    [Fact]
    public void Every_word_is_folded_as_the_reference_folds_it()
    {
        var model = BuiltInModel.Get();
        foreach (var golden in Golden.Sentences)
            Assert.Equal(golden.Folded, golden.Words.Select(word => model.Fold(word)));
    }

    [Fact]
    public void Every_subword_id_is_the_references()
    {
        var model = BuiltInModel.Get();
        foreach (var golden in Golden.Sentences)
        {
            var encoded = model.Encode(SourceText.FromTokens(golden.Words), placeKindsApart: false);
            for (var word = 0; word < golden.Words.Length; word++)
                Assert.True(
                    encoded.SubwordsOf(word).SequenceEqual(golden.Ids[word]),
                    $"{golden.Words[word]}: [{string.Join(' ', encoded.SubwordsOf(word).ToArray())}], the reference has "
                        + $"[{string.Join(' ', golden.Ids[word])}]"
                );
        }
    }

    // The tolerances are those of the model's card; kernels differ a little between instruction sets.
    [Theory]
    [InlineData("fp32", 0.01f)]
    [InlineData("int8", 0.3f)]
    public void Logits_are_the_references_within_the_tolerance_and_sure_labels_are_identical(string graph, float tolerance)
    {
        Assert.SkipUnless(
            graph != "int8" || ProcessorFeatures.Has(ProcessorFeatures.Int8DotProduct),
            "This processor is not one that the int8 graph is for."
        );
        var differences = Differences(graph, tolerance);
        Assert.True(differences.Max() <= tolerance, $"The worst logit is {differences.Max()} away from the reference's.");
    }

    [Fact]
    public async Task Posteriors_are_the_softmax_of_the_references_logits()
    {
        var model = BuiltInModel.Get("fp32");
        // Together they fill batches, which is quicker than each alone.
        var classifications = await Task.WhenAll(
            Golden.Sentences.Select(golden =>
                model.ClassifyAsync(
                    model.Encode(SourceText.FromTokens(golden.Words), placeKindsApart: false).WithFeatures(WordFeaturesOf(golden)),
                    cancellationToken: TestContext.Current.CancellationToken
                )
            )
        );
        foreach (var (golden, classification) in Golden.Sentences.Zip(classifications))
        {
            for (var word = 0; word < golden.Words.Length; word++)
            {
                var exp = golden.Logits[word].Select(x => Math.Exp(x)).ToArray();
                for (var label = 0; label < exp.Length; label++)
                    Assert.Equal(exp[label] / exp.Sum(), classification.Posteriors[word][label], 0.005f);
            }
        }
    }

    [Fact]
    public async Task What_gazetteers_propose_makes_the_model_surer_of_a_name_that_it_does_not_know()
    {
        var model = BuiltInModel.Get();
        var document = model.Encode(SourceText.FromText("وصل زرنباق إلى العاصمة أمس"));
        var proposed = new WordFeatures[document.WordCount];
        proposed[1] = WordFeatures.PersonBegin | WordFeatures.OneWord;
        var without = await model.ClassifyAsync(document, cancellationToken: TestContext.Current.CancellationToken);
        var with = await model.ClassifyAsync(document.WithFeatures(proposed), cancellationToken: TestContext.Current.CancellationToken);
        var person = model.Labels.BeginOf("PER");
        Assert.True(
            with.Posteriors[1][person] > without.Posteriors[1][person] + 0.05,
            $"{without.Posteriors[1][person]} became {with.Posteriors[1][person]}"
        );
    }

    /// <summary>
    /// Distance of every logit from the reference's. Fails where a label differs that the reference is sure of by more than the tolerance.
    /// </summary>
    private static List<float> Differences(string graph, float tolerance)
    {
        var model = BuiltInModel.Get(graph);
        using var session = OnnxTokenClassifierSession.Load(ModelFolder.Open(BuiltInModel.Path, graph), threads: 2, spins: false);
        var differences = new List<float>();
        foreach (var golden in Golden.Sentences)
        {
            var expected = graph == "int8" ? golden.LogitsInt8 : golden.Logits;
            var logits = Run(session, model, golden);
            for (var word = 0; word < golden.Words.Length; word++)
            {
                differences.AddRange(expected[word].Zip(logits[word], (wanted, found) => MathF.Abs(wanted - found)));
                var sorted = expected[word].OrderDescending().ToArray();
                if (sorted[0] - sorted[1] > tolerance)
                    Assert.Equal(IndexOfMax(expected[word]), IndexOfMax(logits[word]));
            }
        }
        return differences;
    }

    private static float[][] Run(OnnxTokenClassifierSession session, TokenClassifier model, Golden golden)
    {
        var layout = FeatureLayout.Of(model.Manifest.GazetteerFeatures!.Bits, "model.json");
        var document = model.Encode(SourceText.FromTokens(golden.Words), placeKindsApart: false).WithFeatures(WordFeaturesOf(golden));
        var words = new WordRange(0, document.WordCount);
        var batch = BatchTensors.Allocate(BatchTensors.LengthOf(document, words), layout.Width);
        batch.Write(0, document, words, new SpecialTokens(0, 2, 1), layout);
        var logits = new float[batch.Length * model.Labels.Count];
        session.Run(batch, "logits", logits, model.Labels.Count);
        return
        [
            .. Enumerable
                .Range(0, document.WordCount)
                .Select(word => logits.AsSpan((1 + document.WordStarts[word]) * model.Labels.Count, model.Labels.Count).ToArray()),
        ];
    }

    private static WordFeatures[] WordFeaturesOf(Golden golden) => [.. golden.Features.Select(bits => (WordFeatures)bits.Sum(bit => 1 << bit))];

    private static int IndexOfMax(float[] row) => Array.IndexOf(row, row.Max());
}
