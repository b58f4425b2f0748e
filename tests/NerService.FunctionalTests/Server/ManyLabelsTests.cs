using NerService.Cli.Tests;
using NerService.Extraction.Snapshots;
using V1 = NerService.Contracts.V1;

namespace NerService.FunctionalTests.Server;

/// <summary>A model of 21 types of its own (tests/data/many-labels) is served whole.</summary>
public sealed class ManyLabelsTests : IAsyncLifetime
{
    private const string Sentence = "وصل سامي الخطيب إلى تونس يوم الأحد .";

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private static readonly string Model = ContentLocator.Resolve("tests/data/many-labels");

    private RunningServer? _server;

    public async ValueTask InitializeAsync() => _server = await RunningServer.ServeAsync($"Model:Folder={Model}");

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    [Fact]
    public async Task The_server_says_and_returns_the_models_own_labels_beside_its_types()
    {
        var info = await _server!.Client.GetServiceInfoAsync(new V1.GetServiceInfoRequest(), cancellationToken: Cancel);
        Assert.Equal(21, info.Model.EntityLabels.Count);
        Assert.Equal(V1.EntityType.Location, info.Model.EntityLabels.Single(kind => kind.Label == "GPE").Type);
        Assert.Equal(V1.EntityType.Other, info.Model.EntityLabels.Single(kind => kind.Label == "DATE").Type);
        Assert.Equal(
            [("سامي الخطيب", "PERS", V1.EntityType.Person), ("تونس", "GPE", V1.EntityType.Location), ("يوم الأحد", "DATE", V1.EntityType.Other)],
            (await MentionsAsync(null)).Select(mention => (mention.Text, mention.Label, mention.Type))
        );
    }

    [Fact]
    public async Task Filters_and_thresholds_take_the_models_own_labels()
    {
        Assert.Equal(["يوم الأحد"], (await MentionsAsync(new V1.ExtractionOptions { Labels = { "DATE" } })).Select(mention => mention.Text));
        Assert.Equal(
            ["سامي الخطيب", "يوم الأحد"],
            (await MentionsAsync(new V1.ExtractionOptions { Labels = { "DATE" }, Types_ = { V1.EntityType.Person } })).Select(mention => mention.Text)
        );
        Assert.Equal(
            ["تونس", "يوم الأحد"],
            (await MentionsAsync(new V1.ExtractionOptions { MinConfidenceByLabel = { ["PERS"] = 1 } })).Select(mention => mention.Text)
        );
    }

    [Fact]
    public async Task A_callers_names_take_labels_that_the_model_has_and_labels_that_it_has_not()
    {
        var gazetteer = new V1.GazetteerOptions
        {
            Entries =
            {
                new V1.GazetteerEntry
                {
                    Surface = "يوم الأحد",
                    Label = "DATE",
                    Id = "own:1",
                },
                new V1.GazetteerEntry
                {
                    Surface = "صباح",
                    Label = "PART_OF_DAY",
                    Id = "own:2",
                },
            },
        };
        var request = Samples.Text("وصل سامي الخطيب إلى تونس يوم الأحد صباح .", new V1.ExtractionOptions { Gazetteer = gazetteer });
        var mentions = (await _server!.Client.ExtractEntitiesAsync(request, cancellationToken: Cancel)).Mentions;
        Assert.Equal(
            ("DATE", V1.Source.Both),
            mentions.Where(mention => mention.GazetteerId == "own:1").Select(mention => (mention.Label, mention.Source)).Single()
        );
        Assert.Equal(
            ("PART_OF_DAY", V1.Source.Gazetteer),
            mentions.Where(mention => mention.GazetteerId == "own:2").Select(mention => (mention.Label, mention.Source)).Single()
        );
    }

    [Theory]
    [InlineData("conll", "B-PERS")]
    [InlineData("jsonl", "\"label\":\"DATE\"")]
    [InlineData("standoff", "DATE ")]
    public async Task A_batch_job_writes_the_models_own_labels(string format, string expected)
    {
        using var folder = new TemporaryFolder();
        var (input, output) = (folder.Write("in.txt", Sentence + "\n"), folder["out"]);
        string[] command = ["batch", "--in", input, "--out", output, "--format", format, "--server", _server!.Url.ToString()];
        var run = await CommandRun.RunAsync("", command);
        Assert.True(run.ExitCode == 0, run.Error);
        var written = File.Exists(output) ? [output] : Directory.GetFiles(output, "*.ann");
        Assert.Contains(expected, string.Concat(written.Select(File.ReadAllText)), StringComparison.Ordinal);
    }

    private async Task<IReadOnlyList<V1.Mention>> MentionsAsync(V1.ExtractionOptions? options) =>
        (await _server!.Client.ExtractEntitiesAsync(Samples.Text(Sentence, options), cancellationToken: Cancel)).Mentions;
}
