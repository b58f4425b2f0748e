using NerService.Text.Labels;
using static NerService.Gazetteer.Tests.Names;

namespace NerService.Gazetteer.Tests;

public class GazetteerSuspectsTests
{
    [Fact]
    public void An_id_that_prints_as_two_names_or_is_of_two_types_is_shared()
    {
        // The fashion house and the god; a stadium that two lists call alike; a city whose two spellings print as one.
        var index = BuildIndex(
            new GazetteerEntry("هرمس", EntityType.Organization, "hermes", 1, "دار هيرميس"),
            new GazetteerEntry("هرمس", EntityType.Person, "hermes", 1, "هرمس"),
            Place("كامب نو", "camp-nou"),
            new GazetteerEntry("الكامب نو", EntityType.Location, "camp-nou", 1, "كامب نو")
        );
        var shared = Assert.Single(GazetteerSuspects.SharedIds(index));
        Assert.Equal(
            [new NamedId("hermes", EntityType.Person, "هرمس"), new NamedId("hermes", EntityType.Organization, "دار هيرميس")],
            shared.OrderByDescending(named => named.Label.Name, StringComparer.Ordinal)
        );
    }

    [Fact]
    public void A_name_of_two_ids_of_one_type_is_shared_heaviest_first()
    {
        // طرابلس in Libya and Lebanon, and a person of that name.
        var index = BuildIndex(Place("طرابلس", "lb", 2), Place("طرابلس", "ly", 9), Person("طرابلس", "p"), Place("بيروت", "b"));
        var shared = Assert.Single(GazetteerSuspects.SharedNames(index));
        Assert.Equal("طرابلس", shared.Key);
        Assert.Equal(["ly", "lb"], shared.Ids.Select(named => named.Id));
    }

    [Fact]
    public void A_name_that_only_prints_alike_is_shared_too()
    {
        // Two lists spell one coach apart, print him alike, and give him two ids.
        var index = BuildIndex(
            new GazetteerEntry("خولين لوبيتيغي", EntityType.Person, "a", 1, "خولين لوبيتيغي"),
            new GazetteerEntry("جولين لوبيتيجي", EntityType.Person, "b", 1, "خولين لوبيتيغي")
        );
        Assert.Equal(["a", "b"], Assert.Single(GazetteerSuspects.SharedNames(index)).Ids.Select(named => named.Id));
    }

    [Fact]
    public void Labels_of_a_models_own_are_told_apart()
    {
        // A festival and a city of one name are no namesakes; two festivals are.
        var festival = EntityLabel.Of("EVENT");
        Assert.Empty(GazetteerSuspects.SharedNames(BuildIndex(new GazetteerEntry("جرش", festival, "a"), Place("جرش", "b"))));
        var shared = Assert.Single(
            GazetteerSuspects.SharedNames(BuildIndex(new GazetteerEntry("جرش", festival, "a"), new GazetteerEntry("جرش", festival, "c")))
        );
        Assert.Equal(["EVENT", "EVENT"], shared.Ids.Select(named => named.Label.Name));
    }

    [Fact]
    public void Entries_without_an_id_share_nothing() =>
        Assert.Empty(GazetteerSuspects.SharedNames(BuildIndex(Place("طرابلس", ""), Place("طرابلس", "x"))));
}
