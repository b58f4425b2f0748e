using NerService.Gazetteer.Index;
using NerService.Gazetteer.Loading;
using NerService.Gazetteer.Matching;
using NerService.Text.Folding;
using NerService.Text.Labels;

namespace NerService.Gazetteer.Tests;

/// <summary>The files that the service ships.</summary>
public class BuiltInGazetteerTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "gazetteer");

    /// <summary>Loaded once, with the policy that stops at the first bad line.</summary>
    private static readonly Lazy<Task<GazetteerIndex>> Loaded = new(async () => (await GazetteerLoader.LoadFolderAsync(Folder)).Value);

    private static Task<GazetteerIndex> LoadAsync() => Loaded.Value;

    [Fact]
    public async Task Every_line_of_the_shipped_files_is_good()
    {
        var index = await LoadAsync();
        Assert.Equal(19, index.Files.Count);
        Assert.InRange(index.Count, 135_000, 145_000);
        var parts = await NameParts.LoadAsync(
            Path.Combine(Folder, GazetteerLoader.NamePartsFileName),
            cancellationToken: TestContext.Current.CancellationToken
        );
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

    // The file of places calls them آتن, روم, مادرىد, لىما, تهران, آنقره, استانبول, سئول, توكيو, سانكت بيتربورغ.
    [Theory]
    [InlineData("أثينا")]
    [InlineData("روما")]
    [InlineData("مدريد")]
    [InlineData("ليما")]
    [InlineData("طهران")]
    [InlineData("أنقرة")]
    [InlineData("إسطنبول")]
    [InlineData("سيول")]
    [InlineData("طوكيو")]
    [InlineData("سانت بطرسبرغ")]
    public async Task A_city_prints_as_an_editor_would_write_it(string name) =>
        Assert.Equal(name, (await LoadAsync()).Find(FoldedText.KeyOf(name)).Heaviest(EntityType.Location)?.Canonical);

    [Fact]
    public async Task What_canonical_tsv_says_is_so_for_every_entry()
    {
        var lines = File.ReadLines(Path.Combine(Folder, "canonical.tsv"))
            .Where(line => !line.StartsWith('#'))
            .Select(line => line.Split('\t'))
            .ToDictionary(columns => columns[0].All(char.IsAsciiDigit) ? $"geonames:{columns[0]}" : columns[0], StringComparer.Ordinal);
        var entries = (await LoadAsync()).Keys.SelectMany(key => key).Where(entry => lines.ContainsKey(entry.Id)).ToLookup(entry => entry.Id);
        Assert.Equal(lines.Count, entries.Count);
        Assert.All(
            entries,
            place =>
            {
                var columns = lines[place.Key];
                Assert.All(place, entry => Assert.Equal(columns[1], entry.Canonical));
                Assert.Empty(place.Select(entry => entry.Surface).Intersect(columns[2].Split('|')));
                var good = columns[3].Split('|', StringSplitOptions.RemoveEmptyEntries).Append(columns[1]);
                Assert.Empty(good.Except(place.Select(entry => entry.Surface)));
            }
        );
    }

    [Fact]
    public async Task Every_hazard_is_an_entry_that_needs_context()
    {
        var index = await LoadAsync();
        var hazards = File.ReadLines(Path.Combine(Folder, "hazard.tsv"))
            .Where(line => !line.StartsWith('#'))
            .Select(line => line.Split('\t'))
            .Select(columns => (Id: columns[0].All(char.IsAsciiDigit) ? $"geonames:{columns[0]}" : columns[0], Name: columns[2]))
            .ToList();
        Assert.InRange(hazards.Count, 800, 1_000);
        Assert.All(
            hazards,
            hazard => Assert.Contains(index.Find(FoldedText.KeyOf(hazard.Name)), entry => entry.Id == hazard.Id && entry.NeedsContext)
        );
    }

    // One thing has one id and prints as one name; an id that is shared by two things shows itself by a second name or type.
    [Fact]
    public async Task No_id_is_shared() => Assert.Empty(GazetteerSuspects.SharedIds(await LoadAsync()));

    [Fact]
    public async Task A_sentence_of_news_is_matched()
    {
        // Clitics on four of the places, القاهره with ha for ta marbuta; السعودية and القاهره print as their canonical names.
        const string text = "وصل الوفد من باريس إلى بيروت، ثم غادر للأردن فالعراق، واجتمع بالقاهره مع وزراء من السعودية ومصر.";
        var document = Names.Document(text);
        var places = GazetteerMatcher
            .Match(document, await LoadAsync())
            .Where(match => match.Entries.Any(entry => entry.Id.StartsWith("iso3166:", StringComparison.Ordinal) || entry.Weight > 1_000_000))
            .Select(match => $"{Names.Own(match, document)} = {match.Entries.Heaviest(EntityType.Location)?.Canonical}")
            .ToArray();
        foreach (
            var expected in (string[])
                ["باريس = باريس", "بيروت = بيروت", "لأردن = الأردن", "العراق = العراق", "القاهره = القاهرة", "السعودية = السعودية", "مصر = مصر"]
        )
            Assert.Contains(expected, places);
    }
}
