using NerService.Extraction.Tests.Pipeline;
using NerService.Text.Documents;
using NerService.Workbench.Benchmark;

namespace NerService.Workbench.Tests.Benchmark;

public sealed class BareSessionTests(ShippedExtractor shipped)
{
    [Fact]
    public Task Runs_of_each_core_run_what_the_model_runs() => RunsWhatTheModelRunsAsync(BareSchedule.RunPerCore);

    [Fact]
    public Task One_run_on_all_cores_runs_what_the_model_runs() => RunsWhatTheModelRunsAsync(BareSchedule.OneRunOnAllCores);

    private async Task RunsWhatTheModelRunsAsync(BareSchedule schedule)
    {
        using var lease = shipped.Extractor.AcquireSnapshot();
        var model = lease.Snapshot.Model;
        var texts = Golden.Sentences.Take(10).Select(golden => string.Join(' ', golden.Words)).ToArray();
        using var session = BareSession.Of(model, texts, schedule);
        Assert.Equal(texts.Sum(text => model.Encode(SourceText.FromText(text)).SubwordCount), session.Subwords);
        Assert.True(session.PaddedSubwords >= session.Subwords + 2 * texts.Length && session.Batches < texts.Length);
        await Task.Run(session.Run, TestContext.Current.CancellationToken);
        session.Run(session.Batches);
    }
}
