using NerService.Gazetteer.Loading;

namespace NerService.Gazetteer.Tests.Loading;

public sealed class NamePartsTests : IDisposable
{
    private readonly TemporaryFolder _files = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Given_and_family_names_are_told_apart()
    {
        // خليل is both; أحمد is found folded; عبد الله has two words.
        var parts = (await Load("# name\tkind\nخليل\tgiven\nخليل\tfamily\nأحمد\tgiven\nعبد الله\tgiven\n")).Value;
        Assert.Equal(NamePartKind.Given | NamePartKind.Family, parts.Find("خليل"));
        Assert.Equal(NamePartKind.Given, parts.Find("احمد"));
        Assert.Equal(NamePartKind.Given, parts.Find("عبد الله"));
        Assert.Equal(NamePartKind.None, parts.Find("كتاب"));
        Assert.True(parts.Contains("احمد"));
        Assert.False(parts.Contains("أحمد")); // not folded
        Assert.Equal(3, parts.Count);
    }

    [Theory]
    [InlineData("خليل", "found 1")]
    [InlineData("خليل\tgiven\tx", "more than 2")]
    [InlineData("خليل\tfirst", "kind 'first'")]
    [InlineData("ـ\tgiven", "nothing of the name is left")] // a tatweel alone
    public async Task A_bad_line_is_reported_with_file_line_and_reason(string line, string reason)
    {
        var error = await Assert.ThrowsAsync<GazetteerFormatException>(() => Load("أحمد\tgiven\n" + line));
        Assert.Equal(2, error.Line.Line);
        Assert.Contains(reason, error.Line.Reason, StringComparison.Ordinal);

        var loaded = await Load("أحمد\tgiven\n" + line, new GazetteerLoadOptions { BadLines = BadLinePolicy.Skip });
        Assert.Equal(1, loaded.Value.Count);
        Assert.Equal(1, loaded.Skipped.Count);
    }

    [Fact]
    public async Task The_version_of_a_folder_changes_with_its_name_parts()
    {
        _files.Write("places.tsv", "غزة\tLOC\tplace:1\t1\n");
        var without = await Version();
        _files.Write("name-parts.tsv", "أحمد\tgiven\n");
        var given = await Version();
        Assert.Equal(given, await Version());
        _files.Write("name-parts.tsv", "أحمد\tfamily\n");
        Assert.Distinct([without, given, await Version()]);

        async Task<string> Version() => (await GazetteerLoader.LoadFolderAsync(_files.Path, cancellationToken: Cancellation)).Value.Version;
    }

    [Fact]
    public void Without_files_nothing_is_known()
    {
        Assert.Equal(0, NameParts.Empty.Count);
        Assert.False(NameParts.Empty.Contains("احمد"));
    }

    private Task<GazetteerLoadResult<NameParts>> Load(string content, GazetteerLoadOptions? options = null) =>
        NameParts.LoadAsync(_files.Write("name-parts.tsv", content), options, Cancellation);
}
