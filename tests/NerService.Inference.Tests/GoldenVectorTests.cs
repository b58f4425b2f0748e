using NerService.Inference.Batching;
using NerService.Inference.Models;
using NerService.Inference.Onnx;
using NerService.Text;

namespace NerService.Inference.Tests;

public sealed class GoldenVectorTests
{
    [Fact]
    public void Every_word_is_folded_as_the_reference_folds_it()
    {
        var model = BuiltInModel.Get();
        foreach (var golden in Golden.Sentences) Assert.Equal(golden.Folded, golden.Words.Select(word => model.Fold(word)));
    }

    [Fact]
    public void Every_subword_id_is_the_references()
    {
        var model = BuiltInModel.Get();
        foreach (var golden in Golden.Sentences)
        {
            var encoded = model.Encode(SourceText.FromTokens(golden.Words));
            for (var word = 0; word < golden.Words.Length; word++)
                Assert.True(encoded.SubwordsOf(word).SequenceEqual(golden.Ids[word]), $"{golden.Words[word]}: [{string.Join(' ', encoded.SubwordsOf(word).ToArray())}], the reference has [{string.Join(' ', golden.Ids[word])}]");
        }
    }

    // The tolerance is that of the model's card; kernels differ a little between instruction sets.
    [Fact]
    public void Logits_are_the_references_within_the_tolerance_and_sure_labels_are_identical()
    {
        var differences = Differences(tolerance: 0.01f);
        Assert.True(differences.Max() <= 0.01f, $"The worst logit is {differences.Max()} away from the reference's.");
    }

    [Fact]
    public async Task Posteriors_are_the_softmax_of_the_references_logits()
    {
        var model = BuiltInModel.Get();
        foreach (var golden in Golden.Sentences)
        {
            var classification = await model.ClassifyAsync(model.Encode(SourceText.FromTokens(golden.Words)), cancellationToken: TestContext.Current.CancellationToken);
            for (var word = 0; word < golden.Words.Length; word++)
            {
                var exp = golden.Logits[word].Select(x => Math.Exp(x)).ToArray();
                for (var label = 0; label < exp.Length; label++) Assert.Equal(exp[label] / exp.Sum(), classification.Posteriors[word][label], 0.005f);
            }
        }
    }

    /// <summary>Distance of every logit from the reference's. Fails where a label differs that the reference is sure of by more than the tolerance.</summary>
    private static List<float> Differences(float tolerance)
    {
        var model = BuiltInModel.Get();
        using var session = OnnxTokenClassifierSession.Load(ModelFolder.Open(BuiltInModel.Path), threads: 2);
        var differences = new List<float>();
        foreach (var golden in Golden.Sentences)
        {
            var logits = Run(session, model, golden);
            for (var word = 0; word < golden.Words.Length; word++)
            {
                differences.AddRange(golden.Logits[word].Zip(logits[word], (expected, found) => MathF.Abs(expected - found)));
                var sorted = golden.Logits[word].OrderDescending().ToArray();
                if (sorted[0] - sorted[1] > tolerance) Assert.Equal(IndexOfMax(golden.Logits[word]), IndexOfMax(logits[word]));
            }
        }
        return differences;
    }

    private static float[][] Run(OnnxTokenClassifierSession session, TokenClassifier model, Golden golden)
    {
        var document = model.Encode(SourceText.FromTokens(golden.Words));
        var words = new WordRange(0, document.WordCount);
        var length = BatchRow.Length(document, words);
        var (ids, mask) = (new long[length], new long[length]);
        BatchRow.Write(document, words, new MarkIds(0, 2, 1), ids, mask);
        var logits = new float[length * model.Labels.Count];
        session.Run(ids, mask, 1, length, "logits", logits, model.Labels.Count);
        return [.. Enumerable.Range(0, document.WordCount).Select(word => logits.AsSpan((1 + document.WordStarts[word]) * model.Labels.Count, model.Labels.Count).ToArray())];
    }

    private static int IndexOfMax(float[] row) => Array.IndexOf(row, row.Max());
}
