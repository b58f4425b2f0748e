using NerService.Gazetteer.Index;
using NerService.Gazetteer.Loading;
using NerService.Text.Labels;

namespace NerService.Gazetteer.Tests.Loading;

public sealed class NameCorrectionsTests : IDisposable
{
    private const string Places = "آتن\tLOC\tgeonames:264371\t664046\nاثينا\tLOC\tgeonames:264371\t664046\nليل\tLOC\tgeonames:2998324\t238695\n";

    private readonly TemporaryFolder _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task A_place_prints_as_canonical_tsv_says_and_its_banned_spelling_is_gone()
    {
        // آتن is Persian; أثينه is a good spelling that the places lack.
        var index = (await LoadAsync("264371\tأثينا\tآتن\tأثينه|آثينا")).Value;
        Assert.False(index.ContainsKey("اتن"));
        Assert.All(index.Find("اثينا"), entry => Assert.Equal("أثينا", entry.Canonical));
        var added = Names.Whole(Assert.Single(index.Find("اثينه")));
        Assert.Equal(new GazetteerEntry("أثينه", EntityType.Location, "geonames:264371", 664046, "أثينا"), added);
        Assert.Equal(["آثينا", "أثينا", "اثينا"], index.Find("اثينا").Select(entry => entry.Surface).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Corrections_of_a_place_without_entries_add_none()
    {
        var loaded = await LoadAsync("1\tباريس\t\tباري");
        Assert.Equal(3, loaded.Value.Count);
        Assert.Equal(0, loaded.Skipped.Count);
    }

    [Fact]
    public async Task An_id_of_another_kind_is_written_whole()
    {
        _files.Write("own.tsv", "الاحمر\tORG\tclub:1\t1\n");
        Assert.Equal("الأهلي", (await LoadAsync("club:1\tالأهلي\t\t")).Value.Find("الاحمر")[0].Canonical);
    }

    [Fact]
    public async Task A_hazard_needs_context_in_every_spelling_that_folds_alike()
    {
        // Lille is written as the night is; Athens is not.
        var index = (await LoadAsync("264371\tأثينا\t\t", "2998324\t238695\tلَيل\tليل")).Value;
        Assert.True(Assert.Single(index.Find("ليل")).NeedsContext);
        Assert.All(index.Find("اثينا"), entry => Assert.False(entry.NeedsContext));
    }

    [Fact]
    public async Task The_version_changes_with_the_corrections() =>
        Assert.NotEqual((await LoadAsync("264371\tأثينا\t\t")).Value.Version, (await LoadAsync("264371\tأثينة\t\t")).Value.Version);

    [Theory]
    [InlineData("264371\tأثينا", "found 2")]
    [InlineData("264371\tأثينا\t\t\tx", "more than 4")]
    [InlineData("\tأثينا\t\t", "id is empty")]
    [InlineData("264371\t\t\tأثينه", "canonical name is empty")]
    [InlineData("264371\tأثينا\tآتن|أثينا\t", "'أثينا' is both a good spelling and one never to be matched")]
    [InlineData("264371\tأثينا\t\t\u0640", "'\u0640': nothing of the surface is left")]
    public async Task A_bad_line_of_corrections_is_reported(string line, string reason)
    {
        var loaded = await LoadAsync(line);
        var skipped = Assert.Single(loaded.Skipped.Listed);
        Assert.Equal("canonical.tsv", Path.GetFileName(skipped.File));
        Assert.Contains(reason, skipped.Reason, StringComparison.Ordinal);
        Assert.Equal("آتن", loaded.Value.Find("اتن")[0].Canonical);
    }

    [Fact]
    public async Task A_second_line_of_an_id_is_reported()
    {
        var loaded = await LoadAsync("264371\tأثينا\t\t\n264371\tأثينه\t\t");
        Assert.Contains("has a line already", Assert.Single(loaded.Skipped.Listed).Reason, StringComparison.Ordinal);
    }

    private Task<GazetteerLoadResult<GazetteerIndex>> LoadAsync(string canonical, string hazard = "")
    {
        _files.Write("places.tsv", Places);
        _files.Write("canonical.tsv", canonical);
        _files.Write("hazard.tsv", hazard);
        var options = new GazetteerLoadOptions { BadLines = BadLinePolicy.Skip };
        return GazetteerLoader.LoadFolderAsync(_files.Path, options, TestContext.Current.CancellationToken);
    }
}
