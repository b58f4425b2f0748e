using NerService.Gazetteer.Index;
using NerService.Text.Labels;
using static NerService.Gazetteer.Tests.Names;

namespace NerService.Gazetteer.Tests.Index;

public class GazetteerIndexTests
{
    [Fact]
    public void Keys_are_found_folded_and_joined_by_one_space()
    {
        var index = BuildIndex(Place("أبو  ظبي"), Place("القاهرة"));
        Assert.True(index.ContainsKey("ابو ظبي"));
        Assert.True(index.ContainsKey("القاهره"));
        Assert.False(index.ContainsKey("القاهرة")); // not folded: ta marbuta
        Assert.False(index.ContainsKey("ابو")); // only the beginning of a key
        Assert.False(index.ContainsKey("ظبي")); // only the end of a key
        Assert.False(index.ContainsKey("ابو ظبي الان")); // goes on after a key
        Assert.False(index.ContainsKey("ابو  ظبي")); // two spaces
        Assert.False(index.ContainsKey("")); // nothing
        Assert.False(index.ContainsKey(" "));
    }

    [Fact]
    public void An_empty_index_knows_nothing()
    {
        Assert.Equal(0, GazetteerIndex.Empty.Count);
        Assert.Empty(GazetteerIndex.Empty.Keys);
        Assert.False(GazetteerIndex.Empty.ContainsKey("مصر"));
        Assert.Empty(GazetteerIndex.Empty.Find("مصر"));
        Assert.Empty(GazetteerIndex.Empty.Files);
    }

    [Fact]
    public void The_same_line_twice_counts_once_with_its_heavier_weight()
    {
        var index = BuildIndex(Place("مصر", "EG", 1), Place("مصر", "EG", 7), Place("مصر", "EG", 3));
        Assert.Equal(1, index.Count);
        Assert.Equal(7, Assert.Single(index.Find("مصر")).Weight);
    }

    [Fact]
    public void Spellings_types_and_ids_of_one_key_are_kept_apart()
    {
        // Two spellings of one id, another id, another type: one key, four entries.
        var entries = BuildIndex(Place("القاهرة", "c"), Place("القاهره", "c"), Place("القاهرة", "other"), Organization("القاهرة", "film"))
            .Find("القاهره");
        Assert.Equal(4, entries.Count);
        Assert.Equal(1 << (int)EntityType.Location | 1 << (int)EntityType.Organization, entries.TypeMask);
    }

    [Fact]
    public void A_line_repeated_among_many_of_its_key_counts_once()
    {
        // Twenty places of one name, each twice.
        var places = Enumerable.Range(0, 20).Select(i => Place("مصر", $"p{i}", i)).ToArray();
        var entries = BuildIndex([.. places, .. places]).Find("مصر");
        Assert.Equal(Enumerable.Range(0, 20).Reverse().Select(i => $"p{i}"), entries.Select(entry => entry.Id));
        Assert.Equal(19, entries.HeaviestWeight);
    }

    [Fact]
    public void Equal_weights_keep_the_order_of_the_file()
    {
        Assert.Equal(["b", "a", "c"], BuildIndex(Place("مصر", "b"), Place("مصر", "a"), Place("مصر", "c")).Find("مصر").Select(entry => entry.Id));
    }

    [Fact]
    public void The_canonical_name_is_the_heaviest_spelling_of_the_id()
    {
        // لندره is an old spelling of لندن with fewer people behind it; the other id has no part in it.
        var index = BuildIndex(Place("لندره", "london", 2), Place("لندن", "london", 9), Place("لندن الجديدة", "new", 99));
        Assert.Equal("لندن", Assert.Single(index.Find("لندره")).Canonical);
        Assert.Equal("لندره", Assert.Single(index.Find("لندره")).Surface);
    }

    [Fact]
    public void An_entrys_own_canonical_name_goes_first()
    {
        var index = BuildIndex(Place("لندن", "london", 9), new GazetteerEntry("لندره", EntityType.Location, "london", 2, "مدينة لندن"));
        Assert.Equal("مدينة لندن", Assert.Single(index.Find("لندره")).Canonical);
        Assert.Equal("لندن", Assert.Single(index.Find("لندن")).Canonical);
    }

    [Fact]
    public void Entries_without_an_id_are_things_of_their_own()
    {
        var index = BuildIndex(Place("لندن", "", 9), Place("باريس", "", 2));
        Assert.Equal("باريس", Assert.Single(index.Find("باريس")).Canonical);
    }

    [Fact]
    public void A_name_that_is_a_part_of_another_is_found_beside_it()
    {
        var index = BuildIndex(Place("مصر"), Place("مصر الجديدة"), Organization("بنك مصر"));
        Assert.Equal(3, index.Keys.Count());
        Assert.All(["مصر", "مصر الجديده", "بنك مصر"], key => Assert.True(index.ContainsKey(key)));
    }

    [Fact]
    public void An_entry_comes_back_as_it_was_given()
    {
        var entry = new GazetteerEntry("القاهِرة", EntityType.Organization, "x:1", 2.5, "القاهرة");
        Assert.Equal(entry, Whole(BuildIndex(entry).Find("القاهره")[0]));
    }

    [Fact]
    public void Versions_follow_the_content()
    {
        GazetteerEntry[] entries = [Place("مصر"), Place("لبنان")];
        Assert.Equal(BuildIndex(entries).Version, BuildIndex(entries).Version);
        Assert.Matches("^[0-9a-f]{16}$", BuildIndex(entries).Version);
        Assert.NotEqual(BuildIndex(entries).Version, BuildIndex(entries[0]).Version);
        Assert.NotEqual(BuildIndex(Place("مصر", "a")).Version, BuildIndex(Place("مصر", "b")).Version);
    }

    [Fact]
    public void Reading_past_the_entries_is_refused()
    {
        var entries = BuildIndex(Place("مصر")).Find("مصر");
        Assert.Throws<ArgumentOutOfRangeException>(() => entries[1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => entries[-1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => default(GazetteerEntries)[0]);
    }

    [Theory]
    [InlineData("ـَ", "nothing of the surface is left")] // a tatweel and a fatha
    [InlineData(" ", "nothing of the surface is left")]
    [InlineData("١ ٢ ٣ ٤ ٥ ٦ ٧ ٨ ٩ ١٠ ١١ ١٢ ١٣ ١٤ ١٥ ١٦ ١٧", "17 words, at most 16")]
    public void A_surface_that_cannot_be_a_key_is_refused(string surface, string reason)
    {
        var error = Assert.Throws<ArgumentException>(() => BuildIndex(Place("مصر"), Place(surface, "x")));
        Assert.Contains("entry 1", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, GazetteerRules.Problem(Place(surface, "x")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_surface_may_be_as_long_as_the_limit_and_no_longer()
    {
        var longest = new string('م', GazetteerRules.MaxSurfaceLength);
        Assert.True(BuildIndex(Place(longest)).ContainsKey(longest));
        Assert.Contains("257 UTF-16 code units, at most 256", GazetteerRules.Problem(Place(longest + "م")), StringComparison.Ordinal);
        // The widest ligature of Unicode opens to eighteen letters.
        Assert.Equal(1, BuildIndex(Place(new string('ﷺ', GazetteerRules.MaxSurfaceLength))).Count);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_weight_below_zero_or_without_end_is_refused(double weight)
    {
        Assert.Contains("weight", Assert.Throws<ArgumentException>(() => BuildIndex(Place("مصر", "EG", weight))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_parts_of_an_entry_are_refused()
    {
        Assert.Contains("surface is missing", GazetteerRules.Problem(new GazetteerEntry(null!, EntityType.Person, "x")), StringComparison.Ordinal);
        Assert.Contains("id is missing", GazetteerRules.Problem(new GazetteerEntry("علي", EntityType.Person, null!)), StringComparison.Ordinal);
        Assert.Contains("type 7", GazetteerRules.Problem(new GazetteerEntry("علي", (EntityType)7, "x")), StringComparison.Ordinal);
        Assert.Contains("entry 0 is null", Assert.Throws<ArgumentException>(() => GazetteerIndex.Build([null!])).Message, StringComparison.Ordinal);
        Assert.Null(GazetteerRules.Problem(Person("علي")));
    }
}
