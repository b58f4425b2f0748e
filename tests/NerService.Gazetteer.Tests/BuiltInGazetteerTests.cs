using NerService.Text;

namespace NerService.Gazetteer.Tests;

/// <summary>The files that the service ships.</summary>
public class BuiltInGazetteerTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "gazetteer");

    private static async Task<GazetteerIndex> LoadAsync() =>
        (await GazetteerLoader.LoadAsync(GazetteerLoader.EntryFiles(Folder), cancellationToken: TestContext.Current.CancellationToken)).Value;

    [Fact]
    public async Task Every_line_of_the_shipped_files_is_good()
    {
        // Loaded with the policy that stops at the first bad line.
        var index = await LoadAsync();
        Assert.Equal(8, index.Files.Count);
        Assert.InRange(index.Count, 30_000, 40_000);
        var parts = await NameParts.LoadAsync([Path.Combine(Folder, GazetteerLoader.NamePartsFileName)], cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(NamePartKind.Given, parts.Value.Find("احمد") & NamePartKind.Given);
        Assert.InRange(parts.Value.Count, 1_000, 2_000);
    }

    // Namesakes elsewhere (Palestine in Texas, Bethlehem in Pennsylvania, Washington in Utah, Kabul in Galilee) are not what a text means.
    [Theory]
    [InlineData("فلسطين", "iso3166:PS")]
    [InlineData("بيت لحم", "geonames:284315")]
    [InlineData("واشنطن", "geonames:4140963")]
    [InlineData("كابول", "geonames:1138958")]
    [InlineData("شمال العراق", "common:north-of-IQ")]
    [InlineData("شرق فلسطين", "common:east-of-PS")]
    public async Task The_place_that_news_means_goes_first(string name, string id) =>
        Assert.Equal(id, (await LoadAsync()).Find(FoldedText.KeyOf(name)).Heaviest(EntityType.Location)?.Id);

    // Two spellings or names of one place, in two files, share its id and print as the same name.
    [Theory]
    [InlineData("الخليج الفارسي", "الخليج العربي")]
    [InlineData("مضيق باب المندب", "باب المندب")]
    [InlineData("إقليم دارفور", "دارفور")]
    [InlineData("القرن الإفريقي", "القرن الأفريقي")]
    [InlineData("الكامب نو", "كامب نو")]
    [InlineData("حائط المبكى", "حائط البراق")]
    [InlineData("معبر بيت حانون", "معبر إيرز")]
    [InlineData("شمال أميركا", "شمال أمريكا")]
    public async Task Another_name_of_a_place_has_its_id(string other, string name)
    {
        var index = await LoadAsync();
        var (found, expected) = (Heaviest(other), Heaviest(name));
        Assert.Equal((expected.Id, expected.Canonical), (found.Id, found.Canonical));

        IndexedEntry Heaviest(string surface) => Assert.NotNull(index.Find(FoldedText.KeyOf(surface)).Heaviest(EntityType.Location));
    }

    [Fact]
    public async Task A_sentence_of_news_is_matched()
    {
        // Clitics on four of the places, القاهره with ha for ta marbuta; السعودية and القاهره print as their canonical names.
        const string text = "وصل الوفد من باريس إلى بيروت، ثم غادر للأردن فالعراق، واجتمع بالقاهره مع وزراء من السعودية ومصر.";
        var places = GazetteerMatcher.Match(Names.Document(text), await LoadAsync())
            .Where(match => match.Entries.Any(entry => entry.Id.StartsWith("iso3166:", StringComparison.Ordinal) || entry.Weight > 1_000_000))
            .Select(match => $"{match.Span.Of(text)} = {match.Entries.Heaviest(EntityType.Location)?.Canonical}").ToArray();
        foreach (var expected in (string[])["باريس = باريس", "بيروت = بيروت", "لأردن = الأردن", "العراق = العراق", "القاهره = القاهرة", "السعودية = المملكة العربية السعودية", "مصر = مصر"])
            Assert.Contains(expected, places);
    }
}
