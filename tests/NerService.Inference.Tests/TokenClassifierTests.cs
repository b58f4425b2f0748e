using NerService.Text.Documents;

namespace NerService.Inference.Tests;

public sealed class TokenClassifierTests
{
    private static readonly TokenClassifier Model = BuiltInModel.Get();

    [Fact]
    public async Task A_document_without_words_has_no_windows()
    {
        var classification = await Model.ClassifyAsync(
            Model.Encode(SourceText.FromText(" ")),
            cancellationToken: TestContext.Current.CancellationToken
        );
        Assert.Equal((0, 0), (classification.Windows, classification.Posteriors.WordCount));
    }

    [Fact]
    public async Task An_output_that_the_model_lacks_is_an_error_that_lists_those_it_has()
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(() =>
            Model.ClassifyAsync(
                Model.Encode(SourceText.FromText("غزة")),
                new ClassificationOptions { Output = "scores" },
                TestContext.Current.CancellationToken
            )
        );
        Assert.Contains("no output 'scores'; its outputs are logits, logits_anercorp", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_output_has_its_own_labels()
    {
        var document = Model.Encode(SourceText.FromTokens(Golden.Sentences[0].Words));
        var product = await Model.ClassifyAsync(document, cancellationToken: TestContext.Current.CancellationToken);
        var anercorp = await Model.ClassifyAsync(
            document,
            new ClassificationOptions { Output = "logits_anercorp" },
            TestContext.Current.CancellationToken
        );
        Assert.Equal((7, 9), (product.Posteriors.Labels.Count, anercorp.Posteriors.Labels.Count));
    }

    [Fact]
    public async Task A_call_that_is_cancelled_before_it_begins_never_runs() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Model.ClassifyAsync(Model.Encode(SourceText.FromText("غزة")), cancellationToken: new CancellationToken(canceled: true))
        );
}
