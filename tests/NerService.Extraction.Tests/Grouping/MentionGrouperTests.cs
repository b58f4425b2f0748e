using CsCheck;
using NerService.Extraction.Grouping;
using NerService.Extraction.Pipeline;
using NerService.Gazetteer.Loading;
using NerService.Text.Documents;
using NerService.Text.Labels;

namespace NerService.Extraction.Tests.Grouping;

public class MentionGrouperTests
{
    [Theory]
    // The canonical name is the fullest form, without title and clitic, in the spelling used most.
    [InlineData("{الرئيس بوتين|PER|1} و{فلاديمير بوتين|PER|1} و{فلادمير بوتين|PER|1} و{فلادمير بوتين|PER|1}", "فلادمير بوتين 0123")]
    [InlineData("{لقاهرة=القاهرة|LOC|1} و{القاهرة|LOC|1}", "القاهرة 01")]
    // Vowel marks, hamza, ta marbuta and alef maqsura make no difference.
    [InlineData("{سامح شكرى|PER|1} و{سامِح شكري|PER|1}، {غزه|LOC|2} و{غَزّة|LOC|2}", "سامح شكرى 01|غزه 23")]
    // عبد الله is one name, written apart or together; half of it names nobody.
    [InlineData("{عبد الله الثاني|PER|1} ثم {عبدالله الثاني|PER|1} ثم {عبد الله|PER|1} ثم {عبد|PER|1}", "عبد الله الثاني 012|عبد 3")]
    // A part of a part: the last words of the name that its longest form goes on from.
    [InlineData("{محمد بن سلمان|PER|1} {بن سلمان|PER|1} {محمد بن سلمان بن عبد العزيز|PER|1}", "محمد بن سلمان بن عبد العزيز 012")]
    // Two Arabic names that differ by a vowel are two people; a foreign name is one.
    [InlineData("{سلمان|PER|1} و{سليمان|PER|1} و{نتنياهو|PER|1} و{نتانياهو|PER|1}", "سلمان 0|سليمان 1|نتنياهو 23")]
    // A consonant more is another name.
    [InlineData("{لافروف|PER|1} و{لافروفا|PER|1} و{لافرون|PER|1}", "لافروف 01|لافرون 2")]
    // The last name before the full name, when nobody else bears it.
    [InlineData("{لافروف|PER|1}\nقال {سيرغي لافروف|PER|1}", "سيرغي لافروف 01")]
    // The second bearer comes later: what stands before him is the first one's.
    [InlineData("{جورج بوش|PER|1} {بوش|PER|1} {جيب بوش|PER|1} {بوش|PER|1}", "جورج بوش 01|جيب بوش 2|بوش 3")]
    // A middle name alone is somebody else.
    [InlineData("{محمد علي حسن|PER|1} و{علي|PER|1}", "محمد علي حسن 0|علي 1")]
    // The name of a country is not part of the name of another.
    [InlineData("{كوريا|LOC|1} و{كوريا الجنوبية|LOC|1}", "كوريا 0|كوريا الجنوبية 1")]
    // One ministry may be meant, or either of two.
    [InlineData("{وزارة الدفاع الأميركية|ORG|1} و{وزارة الدفاع|ORG|1}", "وزارة الدفاع الأميركية 01")]
    [InlineData(
        "{وزارة الدفاع الأميركية|ORG|1} و{وزارة الدفاع الروسية|ORG|1} و{وزارة الدفاع|ORG|1}",
        "وزارة الدفاع الأميركية 0|وزارة الدفاع الروسية 1|وزارة الدفاع 2"
    )]
    // نادي الاتحاد says what الاتحاد is.
    [InlineData("{الاتحاد الأوروبي|ORG|1} و{نادي الاتحاد|ORG|1} و{الاتحاد|ORG|1}", "الاتحاد الأوروبي 0|نادي الاتحاد 12")]
    // In brackets: an acronym or a by-name, but not the country of a city.
    [InlineData("{منظمة التجارة العالمية|ORG|1} ({WTO|ORG|1}) ثم {WTO|ORG|1}", "منظمة التجارة العالمية 012")]
    [InlineData("{أوبك|ORG|1} ({منظمة الدول المصدرة للنفط|ORG|1})", "منظمة الدول المصدرة للنفط 01")]
    [InlineData("{طرابلس|LOC|1} ({لبنان|LOC|1})", "طرابلس 0|لبنان 1")]
    [InlineData("{الإمارات|LOC|1} ({UAE|LOC|1})", "الإمارات 01")]
    // The gazetteer: one id joins, two ids part what spelling would join; a famous man's last name joins nobody.
    [InlineData("{بريطانيا|LOC|1@GB} و{المملكة المتحدة|LOC|1@GB}", "المملكة المتحدة 01 GB")]
    [InlineData("{أوكلاند|LOC|1@NZ} و{أوكالاند|LOC|1@US}", "أوكلاند 0 NZ|أوكالاند 1 US")]
    [InlineData("{جورج بوش|PER|1@43} {بوش|PER|1@43} {جيب بوش|PER|1} {بوش|PER|1@43}", "جورج بوش 01 43|جيب بوش 2|بوش 3 43")]
    // A city and its club, a capital and its government have one name and are two things.
    [InlineData("{واشنطن|LOC|1} {واشنطن|LOC|1} {واشنطن|ORG|1}", "واشنطن 01|واشنطن 2")]
    [InlineData("{برشلونة|LOC|1} {برشلونة|ORG|1} {برشلونة|LOC|1} {برشلونة|ORG|1}", "برشلونة 02|برشلونة 13")]
    public async Task Mentions_are_joined_as_documented(string marked, string groups)
    {
        var document = AnnotatedDocument.Parse(marked);
        var found = new MentionGrouper(document.Entities, await NamePartsFile.LoadAsync(), TestContext.Current.CancellationToken).Group(
            document.Source
        );
        Assert.Equal(groups, string.Join('|', found.Select(g => $"{g.CanonicalName} {string.Concat(g.Mentions)} {g.GazetteerId}".TrimEnd())));
    }

    [Fact]
    public void A_group_never_mixes_types()
    {
        var document = AnnotatedDocument.Parse("{واشنطن|ORG|1@w} {واشنطن|LOC|1@w} {واشنطن|LOC|1@w}، {جورجيا|PER|1} {جورجيا|LOC|1}");
        var groups = new MentionGrouper(document.Entities, NameParts.Empty, TestContext.Current.CancellationToken).Group(document.Source);
        Assert.Equal(["ORG 0", "LOC 12", "PER 3", "LOC 4"], groups.Select(g => $"{g.Type.ToTag()} {string.Concat(g.Mentions)}"));
    }

    [Fact]
    public void No_entities_make_no_groups() => Assert.Empty(new MentionGrouper([], NameParts.Empty).Group(SourceText.FromText("نص")));

    [Fact]
    public void Every_entity_gets_the_id_of_its_group()
    {
        var document = AnnotatedDocument.Parse("{سيرغي لافروف|PER|1} في {القاهرة|LOC|2}، وقال {لافروف|PER|1}");
        var groups = new MentionGrouper(document.Entities, NameParts.Empty, TestContext.Current.CancellationToken).Group(document.Source);
        Assert.Equal(["e1", "e2"], groups.Select(g => g.EntityId));
        Assert.Equal(["e1", "e2", "e1"], MentionGrouper.WithIds(document.Entities, groups).Select(e => e.EntityId));
    }

    [Fact]
    public void Every_mention_is_in_exactly_one_group_whatever_the_names()
    {
        var name = Gen.OneOf("محمد", "علي", "عبد", "الله", "بن", "لافروف", "لافروڤ", "الرئيس", "الدين", "مدينة", "غزة", "WHO", "", "د", "😀")
            .Array[0, 4]
            .Select(words => string.Join(' ', words));
        var mention = Gen.Select(name, Gen.Enum<EntityType>(), Gen.OneOf("a", "b", "", ""));
        mention
            .Array[0, 30]
            .Sample(
                mentions =>
                {
                    // One token a mention: brackets are tried by the tests above.
                    var (source, entities) = Mentions([.. mentions.Select(m => (m.Item1, m.Item2, m.Item3.Length > 0 ? m.Item3 : null))]);
                    var groups = new MentionGrouper(entities, NameParts.Empty, TestContext.Current.CancellationToken).Group(source);
                    Assert.Equal(Enumerable.Range(0, entities.Length), groups.SelectMany(g => g.Mentions).Order());
                    Assert.All(groups, g => Assert.Equal(g.Mentions.Order(), g.Mentions));
                    Assert.All(groups, g => Assert.All(g.Mentions, m => Assert.Equal(g.Type, entities[m].Type)));
                    Assert.Equal(groups.Select(g => g.Mentions[0]).Order(), groups.Select(g => g.Mentions[0]));
                },
                iter: 3_000
            );
    }

    [Theory]
    [InlineData("one skeleton")]
    [InlineData("one first word")]
    [InlineData("one first word and each last word alone")]
    [InlineData("parts before wholes")]
    [InlineData("nested people")]
    [InlineData("nested places")]
    [InlineData("one organization in many lengths")]
    [InlineData("one name and one id")]
    public void Twice_the_names_take_twice_the_comparisons_whatever_they_are(string kind)
    {
        var (half, whole) = (Comparisons(kind, 1_000), Comparisons(kind, 2_000));
        Assert.True(whole <= 2.3 * half, $"{half} comparisons, with twice the names {whole}");
        // Each name is compared with MaxComparisons spellings, and as many wholes at either end, at most.
        Assert.InRange(whole, 0, 2_000 * 2 * 3 * MentionGrouper.MaxComparisons);

        static int Comparisons(string kind, int count)
        {
            var (names, type) = Hostile(kind, count);
            var (source, entities) = Mentions([.. names.Select(name => (name, type, (string?)null))]);
            var grouper = new MentionGrouper(entities, NameParts.Empty, TestContext.Current.CancellationToken);
            Assert.Equal(entities.Length, grouper.Group(source).Sum(g => g.Mentions.Length));
            return grouper.Comparisons;
        }
    }

    [Fact]
    public void Grouping_stops_when_the_caller_gives_up()
    {
        var (source, entities) = Mentions([("لافروف", EntityType.Person, null)]);
        Assert.Throws<OperationCanceledException>(() =>
            new MentionGrouper(entities, NameParts.Empty, new CancellationToken(canceled: true)).Group(source)
        );
    }

    [Fact]
    public void A_last_name_is_its_bearers_among_thousands_of_people_with_one_first_name()
    {
        var (source, entities) = Mentions([
            .. Enumerable
                .Range(0, 20_000)
                .SelectMany(i => (string[])[$"محمد {Letters(i)}", Letters(i)])
                .Select(n => (n, EntityType.Person, (string?)null)),
        ]);
        var groups = new MentionGrouper(entities, NameParts.Empty, TestContext.Current.CancellationToken).Group(source);
        Assert.Equal(20_000, groups.Length);
        Assert.All(groups, g => Assert.Equal([g.Mentions[0], g.Mentions[0] + 1], g.Mentions));
    }

    private static (IEnumerable<string> Names, EntityType Type) Hostile(string kind, int count)
    {
        var numbers = Enumerable.Range(0, count);
        return kind switch
        {
            // Vowels in other places each time, so that hardly two are spellings of one.
            "one skeleton" => (
                numbers.Select(i => string.Concat("برمنلتدكر".Select((c, at) => c + ((string[])["", "اا", "وي", "يا"])[(i >> (at * 2 % 16)) & 3]))),
                EntityType.Person
            ),
            "one first word" => (numbers.Select(i => $"محمد {Letters(i)}").Prepend("محمد"), EntityType.Person),
            "one first word and each last word alone" => (
                numbers.SelectMany(i => (string[])[$"محمد {Letters(i)}", Letters(i), "محمد"]),
                EntityType.Person
            ),
            "parts before wholes" => (
                numbers.Select(Letters).Concat(numbers.Select(i => $"{Letters(i)} علي")).Concat(numbers.Select(i => $"{Letters(i)} علي حسن")),
                EntityType.Person
            ),
            "nested people" => (Nested(count), EntityType.Person),
            "nested places" => (Nested(count), EntityType.Location),
            "one organization in many lengths" => (
                numbers.SelectMany(i => (string[])["وزارة", "وزارة الدفاع", $"وزارة الدفاع {Letters(i)}"]),
                EntityType.Organization
            ),
            "one name and one id" => (numbers.Select(_ => "القاهرة"), EntityType.Location),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown kind."),
        };
    }

    /// <summary>Names that go on, each by a word from the one before, begun anew after 50 words so that the text grows with their number.</summary>
    private static IEnumerable<string> Nested(int count) =>
        Enumerable.Range(0, count).Select(i => string.Join(' ', Enumerable.Range(0, i % 50 + 1).Select(word => Letters(i / 50 * 50 + word))));

    private static string Letters(int number) =>
        string.Concat(number.ToString("D5", System.Globalization.CultureInfo.InvariantCulture).Select(digit => "بدرسعفلمنه"[digit - '0'])) + "ش";

    /// <summary>Mentions of one word each, whatever their names.</summary>
    private static (SourceText Source, ExtractedEntity[] Entities) Mentions(IReadOnlyList<(string Name, EntityType Type, string? Id)> mentions)
    {
        var source = SourceText.FromTokens([.. mentions.Select(_ => "س")]);
        return (
            source,
            [
                .. mentions.Select(
                    (m, i) =>
                        new ExtractedEntity
                        {
                            Label = m.Type,
                            Span = source.Words[i],
                            Words = new WordRange(i, i + 1),
                            CoreSpan = source.Words[i],
                            NormalizedName = m.Name,
                            Confidence = 0.5f,
                            Source = EntitySource.Model,
                            GazetteerId = m.Id,
                        }
                ),
            ]
        );
    }
}
