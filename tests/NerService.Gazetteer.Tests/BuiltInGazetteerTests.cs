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
        Assert.Equal(6, index.Files.Count);
        Assert.InRange(index.Count, 30_000, 40_000);
        var parts = await NameParts.LoadAsync([Path.Combine(Folder, GazetteerLoader.NamePartsFileName)], cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(NamePartKind.Given, parts.Value.Find("احمد") & NamePartKind.Given);
        Assert.InRange(parts.Value.Count, 1_000, 2_000);
    }

    // Two spellings or names of one place, in two files, share its id and print as the same name.
    [Theory]
    [InlineData("الخليج الفارسي", "الخليج العربي")]
    [InlineData("مضيق باب المندب", "باب المندب")]
    [InlineData("إقليم دارفور", "دارفور")]
    [InlineData("القرن الإفريقي", "القرن الأفريقي")]
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
