using NerService.Inference.Models;

namespace NerService.Inference.Tests.Models;

public sealed class ModelCheckTests
{
    [Fact]
    public async Task A_good_folder_can_be_served_and_the_check_says_what_it_read()
    {
        var report = await ModelCheck.RunAsync(ExportedModels.Folder("wordpiece-iob2"), cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(report.CanServe);
        Assert.NotNull(report.Manifest);
        Assert.Contains(
            report.Findings,
            f => f.Kind == FindingKind.Good && f.Text.Contains("Labels (iob2): O, B-PERS, I-PERS", StringComparison.Ordinal)
        );
        Assert.Contains(report.Findings, f => f.Kind == FindingKind.Warning && f.Text.Contains("There is no model.json", StringComparison.Ordinal));
        // The only place of the sample sentence that the model's table knows.
        Assert.Contains(report.Findings, f => f.Text.Contains("القاهرة (LOC)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_served_is_a_problem_with_the_loaders_own_words()
    {
        var folder = ExportedModels.Copy("xlmr-iob1");
        File.Delete(Path.Combine(folder, "sentencepiece.bpe.model"));
        var report = await ModelCheck.RunAsync(folder, cancellationToken: TestContext.Current.CancellationToken);
        Assert.False(report.CanServe);
        Assert.Contains("has no tokenizer", report.Findings[^1].Text, StringComparison.Ordinal);
    }
}
