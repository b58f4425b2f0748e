namespace NerService.Cli.Tests.Workbench;

public sealed class TrainArbiterCommandTests
{
    [Fact]
    public async Task Fewer_stretches_of_text_than_folds_are_refused()
    {
        using var dev = new TemporaryFile("غزة\tB-LOC\n");
        var run = await CommandRun.RunAsync("", "train-arbiter", "--dev", dev.Path);
        Assert.Equal((ExitCode.BadInput, ""), (run.ExitCode, run.Out));
        Assert.Contains("1 groups", run.Error, StringComparison.Ordinal);
        Assert.Contains("--folds", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("other.conll")] // no types
    [InlineData("other.conll:PER,MISC")] // a type that the service does not know
    public async Task Extra_files_need_types_that_the_service_knows(string extra)
    {
        using var dev = new TemporaryFile("غزة\tB-LOC\n");
        var run = await CommandRun.RunAsync("", "train-arbiter", "--dev", dev.Path, "--extra", extra);
        Assert.Equal((ExitCode.Usage, ""), (run.ExitCode, run.Out));
        Assert.Contains("--extra", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_arbiter_is_trained_and_reported_without_being_written()
    {
        var sentence = "وصل\tO\nسيرغي\tB-PER\nلافروف\tI-PER\nإلى\tO\nالقاهرة\tB-LOC\nفي\tO\nيوم\tO\nسعيد\tO\n\n";
        using var dev = new TemporaryFile(string.Concat(Enumerable.Repeat(sentence, 40)));
        var run = await CommandRun.RunAsync("", "train-arbiter", "--dev", dev.Path, "--folds", "2", "--repeats", "1");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("40 sentences in 4 groups; 1 times 2 folds, seed 7", run.Out, StringComparison.Ordinal);
        Assert.Contains("arbiter and gazetteer", run.Out, StringComparison.Ordinal);
        Assert.Contains("Candidates are kept from probability", run.Out, StringComparison.Ordinal);
    }
}
