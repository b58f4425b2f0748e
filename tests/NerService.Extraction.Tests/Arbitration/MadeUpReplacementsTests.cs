using NerService.Extraction.Arbitration;
using NerService.Text;

namespace NerService.Extraction.Tests.Arbitration;

public sealed class MadeUpReplacementsTests(ShippedExtractor shipped)
{
    // The place gives way to another that the gazetteer knows, mostly one of several words; the person before it and the organization after it stay as they are.
    [Fact]
    public void A_place_gives_way_to_one_of_the_gazetteer_and_everything_stays_annotated()
    {
        var document = new LabelledDocument("news", "1", SourceText.FromTokens(["وصل", "لافروف", "إلى", "القاهرة", "أمس", "ثم", "زار", "الأزهر", "."]),
            [Entity(1, 2, EntityType.Person), Entity(3, 4, EntityType.Location), Entity(7, 8, EntityType.Organization)]);
        var made = Of([.. Enumerable.Repeat(document, 40)], seed: 1, out var known);
        Assert.InRange(made.Length, 200, 320);
        Assert.InRange(made.Count(one => one.MadeUp!.Value.Length == 1), 30, 120);
        foreach (var madeUp in made)
        {
            var text = madeUp.Source.Text;
            var place = madeUp.Source.SpanOf(madeUp.MadeUp!.Value).Of(text).ToString();
            Assert.True(known(place), place);
            Assert.Equal($"وصل لافروف إلى {place} أمس ثم زار الأزهر .", text);
            Assert.Equal(["لافروف", place, "الأزهر"], madeUp.Entities.Select(e => madeUp.Source.SpanOf(e.Words).Of(text)));
            Assert.False(madeUp.IsScored);
            Assert.InRange(madeUp.Weight, 0.01f, 0.5f);
        }
    }

    // In حكومة السعودية the place is a part of the organization and stays one: حكومة رأس الخيمة.
    [Fact]
    public void A_place_inside_a_longer_name_stays_a_part_of_it()
    {
        var document = new LabelledDocument("news", "1", SourceText.FromTokens(["أعلنت", "حكومة", "السعودية", "ذلك"]), [Entity(1, 3, EntityType.Organization)]);
        var madeUp = Of([.. Enumerable.Repeat(document, 40)], seed: 1, out _);
        Assert.NotEmpty(madeUp);
        foreach (var one in madeUp)
        {
            var entity = Assert.Single(one.Entities);
            Assert.Equal(EntityType.Organization, entity.Type);
            Assert.Equal((1, one.Source.WordCount - 1), (entity.Words.Start, entity.Words.End));
            Assert.Equal(new WordRange(2, one.Source.WordCount - 1), one.MadeUp!.Value);
            Assert.DoesNotContain("السعودية ذلك", one.Source.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_place_with_a_preposition_written_on_it_stays()
    {
        // بباريس is باريس with ب, which no replacement would carry.
        var document = new LabelledDocument("news", "1", SourceText.FromTokens(["اجتمعوا", "بباريس", "أمس"]), [Entity(1, 2, EntityType.Location)]);
        Assert.Empty(Of([.. Enumerable.Repeat(document, 40)], seed: 1, out _));
    }

    private LabelledDocument[] Of(LabelledDocument[] documents, int seed, out Func<string, bool> isKnown)
    {
        using var lease = shipped.Extractor.AcquireSnapshot();
        var gazetteers = lease.Snapshot.Gazetteers;
        isKnown = place => gazetteers.Any(g => g.ContainsKey(FoldedText.KeyOf(place)));
        return [.. MadeUpReplacements.Of(documents, lease.Snapshot, seed)];
    }

    private static LabelledEntity Entity(int start, int end, EntityType type) => new(new WordRange(start, end), type);
}
