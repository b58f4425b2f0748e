using NerService.Contracts.Debug.V1Alpha;
using NerService.Contracts.V1;
using NerService.Protocol;

namespace NerService.Cli.Tests.Tagging;

public sealed class ExplainTests
{
    private const string Text = "وصل لافروف إلى القَاهِرة .\n";

    [Fact]
    public async Task Every_word_and_candidate_is_explained_readably()
    {
        var run = await CommandRun.RunAsync(Text, "tag", "--explain");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        // The folded form is shown where it differs; subwords and labels follow.
        Assert.Matches("\u2068القَاهِرة\u2069 as \u2068القاهرة\u2069 .*B-LOC [01]\\.\\d\\d", run.Out);
        Assert.Matches("\\+ 0\\.\\d\\d LOC \u2068القَاهِرة\u2069  BOTH  Kept", run.Out);
        Assert.DoesNotContain("min_type", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Features_are_listed_on_demand()
    {
        var run = await CommandRun.RunAsync(Text, "tag", "--explain", "--features");
        Assert.Contains("is_location 1", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_carries_the_contracts_explanation()
    {
        var run = await CommandRun.RunAsync(Text, ["tag", .. SmallSetup.Options, "--explain", "--format", "json"]);
        var response = ProtoJson.Parse<ExtractEntitiesResponse>(Assert.Single(run.Lines));
        var explanation = response.Explanation.Unpack<Explanation>();
        Assert.Equal(5, explanation.Words.Count);
        Assert.Contains(explanation.Candidates, candidate => candidate.Kept && candidate.Text == "القَاهِرة");
    }

    [Fact]
    public async Task Without_explain_there_is_no_explanation()
    {
        var run = await CommandRun.RunAsync(Text, ["tag", .. SmallSetup.Options, "--format", "json"]);
        Assert.Null(ProtoJson.Parse<ExtractEntitiesResponse>(Assert.Single(run.Lines)).Explanation);
    }

    [Fact]
    public async Task A_name_of_a_file_of_the_users_own_is_found()
    {
        using var file = new TemporaryFile("زرقونة\tLOC\town:7\t10\tZarquna\n");
        var run = await CommandRun.RunAsync("انتقل الشاب إلى زرقونة للعمل .\n", "tag", "--format", "json", "--gazetteer-file", file.Path);
        var entity = Assert.Single(ProtoJson.Parse<ExtractEntitiesResponse>(Assert.Single(run.Lines)).Mentions);
        Assert.Equal(("own:7", "Zarquna"), (entity.GazetteerId, entity.CanonicalName));
    }

    [Fact]
    public async Task A_gazetteer_file_that_is_not_there_is_named()
    {
        var run = await CommandRun.RunAsync(Text, "tag", "--gazetteer-file", "nowhere.tsv");
        Assert.Equal(ExitCode.ModelUnusable, run.ExitCode);
        Assert.Contains("nowhere.tsv", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_denied_name_is_not_marked()
    {
        var run = await CommandRun.RunAsync(Text, "tag", "--deny", "القاهره");
        Assert.Contains("لافروف PER", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("LOC", run.Out, StringComparison.Ordinal);
    }
}
