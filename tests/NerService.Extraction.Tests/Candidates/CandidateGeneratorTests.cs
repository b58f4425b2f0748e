using NerService.Extraction.Candidates;
using NerService.Gazetteer;
using NerService.Gazetteer.Index;
using NerService.Text.Documents;
using NerService.Text.Labels;

namespace NerService.Extraction.Tests.Candidates;

public sealed class CandidateGeneratorTests
{
    [Fact]
    public void A_span_over_a_coordinating_و_is_offered_in_parts()
    {
        // The model runs شكري ولافروف, two people, together.
        (string, string)[] words = [("التقى", ""), ("شكري", "B-PER 0.98"), ("ولافروف", "I-PER 0.97")];
        var candidates = Generate(words);
        Assert.Contains((new WordRange(1, 3), EntityType.Person, CandidateOrigin.Model), candidates);
        Assert.Contains((new WordRange(1, 2), EntityType.Person, CandidateOrigin.CoordinatedPart), candidates);
        Assert.Contains((new WordRange(2, 3), EntityType.Person, CandidateOrigin.CoordinatedPart), candidates);
    }

    [Fact]
    public void The_name_in_the_middle_of_three_is_offered_too()
    {
        (string, string)[] words = [("باريس", "B-LOC 0.98"), ("ولندن", "I-LOC 0.97"), ("ومدريد", "I-LOC 0.97")];
        Assert.Equal(
            [new WordRange(0, 1), new WordRange(0, 2), new WordRange(0, 3), new WordRange(1, 2), new WordRange(1, 3), new WordRange(2, 3)],
            Generate(words).Where(c => c.Item2 == EntityType.Location).Select(c => c.Item1)
        );
    }

    [Fact]
    public void A_sure_model_leaves_its_span_alone()
    {
        (string, string)[] words = [("زار", ""), ("سامح", "B-PER 0.999"), ("شكري", "I-PER 0.999"), ("القاهرة", "B-LOC 0.999")];
        Assert.Equal(
            [(new WordRange(1, 3), EntityType.Person, CandidateOrigin.Model), (new WordRange(3, 4), EntityType.Location, CandidateOrigin.Model)],
            Generate(words)
        );
    }

    [Fact]
    public void A_type_that_the_model_hesitates_about_is_offered()
    {
        // A club called after its city.
        (string, string)[] words = [("فاز", ""), ("برشلونة", "B-ORG 0.7 B-LOC 0.28")];
        Assert.Contains((new WordRange(1, 2), EntityType.Location, CandidateOrigin.RunnerUpType), Generate(words));
    }

    [Fact]
    public void A_boundary_that_the_model_hesitates_about_is_offered()
    {
        // Whether مدينة belongs to the name is a matter of guidelines.
        (string, string)[] words = [("في", ""), ("مدينة", "B-LOC 0.3"), ("طولكرم", "B-LOC 0.6 I-LOC 0.3")];
        Assert.Contains((new WordRange(1, 3), EntityType.Location, CandidateOrigin.RunnerUpBoundary), Generate(words));
    }

    [Fact]
    public void A_stretch_where_the_model_wavers_is_offered_whole()
    {
        (string, string)[] words = [("قال", ""), ("زغلان", "B-PER 0.2"), ("الهدري", "I-PER 0.15"), ("إن", "")];
        Assert.Equal([(new WordRange(1, 3), EntityType.Person, CandidateOrigin.Wavering)], Generate(words));
    }

    [Fact]
    public void A_name_of_the_gazetteer_is_offered_where_the_model_is_sure_of_none()
    {
        (string, string)[] words = [("مر", ""), ("بدرخيلة", ""), ("أمس", "")];
        // The user's name is known without its proclitic; the candidate is the whole word.
        var candidate = Assert.Single(
            CandidateGenerator.Generate(
                FabricatedEvidence.Labelled(words),
                FabricatedEvidence.Known(words, new GazetteerEntry("درخيلة", EntityType.Location, "own:1"))
            )
        );
        Assert.Equal((new WordRange(1, 2), EntityType.Location, CandidateOrigin.Gazetteer), (candidate.Words, candidate.Type, candidate.Origin));
        Assert.Equal("own:1", candidate.Match!.Entry.Id);
    }

    [Fact]
    public void A_typed_span_comes_up_once_in_document_order()
    {
        (string, string)[] words = [("أعلنت", ""), ("شركة", "B-ORG 0.5 B-LOC 0.1"), ("وادي", "I-ORG 0.5 I-LOC 0.2"), ("وفا", "I-ORG 0.4 B-PER 0.2")];
        var candidates = CandidateGenerator.Generate(
            FabricatedEvidence.Labelled(words),
            FabricatedEvidence.Known(words, new GazetteerEntry("شركة وادي", EntityType.Organization, "own:1"))
        );
        Assert.Equal(candidates.Count, candidates.Select(c => (c.Words, c.Type)).Distinct().Count());
        Assert.Equal(
            candidates.OrderBy(c => c.Words.Start).ThenBy(c => c.Words.End).ThenBy(c => c.Type).Select(c => c.Words),
            candidates.Select(c => c.Words)
        );
    }

    [Fact]
    public void A_span_of_nothing_but_coordinated_words_makes_candidates_in_proportion_to_its_length()
    {
        var (half, whole) = (Count(500), Count(1_000));
        Assert.InRange(whole, half, 2 * half + CandidateGenerator.MaxPartsInOne * CandidateGenerator.MaxPartsInOne);

        static int Count(int words)
        {
            (string, string)[] coordinated = [.. Enumerable.Range(0, words).Select(i => ("وزرقون", i == 0 ? "B-ORG 1" : "I-ORG 1"))];
            return CandidateGenerator.Generate(FabricatedEvidence.Labelled(coordinated), FabricatedEvidence.Known(coordinated)).Count;
        }
    }

    [Fact]
    public void A_part_of_a_coordination_is_told_from_what_only_begins_with_one()
    {
        (string, string)[] words = [("شكري", "B-PER 1"), ("ولافروف", "I-PER 1"), ("سيرغي", "I-PER 1"), ("وبوتين", "I-PER 1")];
        var coordination = Coordination.Of(
            new WordRange(0, 4),
            EntityType.Person,
            FabricatedEvidence.Known(words, new GazetteerEntry("شكري", EntityType.Person, "own:1"))
        );
        Assert.Equal([new WordRange(0, 1), new WordRange(1, 3), new WordRange(3, 4)], coordination.Parts);
        Assert.True(coordination.HasPart(new WordRange(1, 3)));
        Assert.False(
            coordination.HasPart(new WordRange(1, 2)) || coordination.HasPart(new WordRange(2, 3)) || coordination.HasPart(new WordRange(0, 4))
        );
        Assert.Equal(1f / 3, coordination.ShareKnown);
    }

    [Fact]
    public void Features_are_written_in_the_number_that_is_named_and_are_finite()
    {
        (string, string)[] words = [("فاز", ""), ("برشلونة", "B-ORG 0.7 B-LOC 0.28"), ("وريال", "B-ORG 1")];
        var (labels, gazetteer) = (
            FabricatedEvidence.Labelled(words),
            FabricatedEvidence.Known(words, new GazetteerEntry("برشلونة", EntityType.Location, "own:1"))
        );
        foreach (var candidate in CandidateGenerator.Generate(labels, gazetteer))
        {
            var features = new float[CandidateFeatures.Count];
            CandidateFeatures.Write(candidate, labels, gazetteer, features);
            Assert.All(features, f => Assert.True(float.IsFinite(f)));
        }
    }

    [Fact]
    public void What_a_users_gazetteer_does_not_hold_looks_as_it_does_without_one()
    {
        (string, string)[] words = [("قال", ""), ("زغلان", "B-PER 0.6"), ("في", ""), ("زرقونة", "B-LOC 0.4")];
        var labels = FabricatedEvidence.Labelled(words);
        var (off, on) = (
            FabricatedEvidence.Known(words),
            FabricatedEvidence.Known(words, new GazetteerEntry("زرقونة", EntityType.Location, "own:1"))
        );
        var person = new Candidate(new WordRange(1, 2), EntityType.Person, CandidateOrigin.Model, Match: null);
        var (without, with) = (new float[CandidateFeatures.Count], new float[CandidateFeatures.Count]);
        CandidateFeatures.Write(person, labels, off, without);
        CandidateFeatures.Write(person, labels, on, with);
        Assert.Equal(without, with);
    }

    // The service's gazetteer knows most places of one word: that it does not know زرقونة says something, of a person, a street or without it
    // nothing.
    [Theory]
    [InlineData(1, 2, EntityType.Location, GazetteerOrigin.BuiltIn, 1)]
    [InlineData(1, 2, EntityType.Person, GazetteerOrigin.BuiltIn, 0)]
    [InlineData(2, 4, EntityType.Location, GazetteerOrigin.BuiltIn, 0)]
    [InlineData(4, 5, EntityType.Location, GazetteerOrigin.BuiltIn, 0)]
    [InlineData(1, 2, EntityType.Location, GazetteerOrigin.Request, 0)]
    public void A_place_of_one_word_that_the_services_gazetteer_does_not_know_is_marked(
        int start,
        int end,
        EntityType type,
        GazetteerOrigin origin,
        float expected
    )
    {
        (string, string)[] words =
        [
            ("في", ""),
            ("زرقونة", "B-LOC 0.4 B-PER 0.3"),
            ("شارع", "B-LOC 0.4"),
            ("المها", "I-LOC 0.4"),
            ("باريس", "B-LOC 0.4"),
        ];
        var index = GazetteerIndex.Build([new GazetteerEntry("باريس", EntityType.Location, "x:1")], origin);
        Assert.Equal(expected, Feature("unknown_location_one_word", words, new WordRange(start, end), type, index));
    }

    // ومنطقة (مكة المكرمة) and المدينة (المنورة) say what kind of place follows; باريس does not.
    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(1, 0, 1)]
    [InlineData(3, 1, 0)]
    [InlineData(4, 0, 1)]
    [InlineData(5, 0, 0)]
    public void Nouns_for_kinds_of_places_are_marked_with_proclitics_too(int start, float begins, float after)
    {
        (string, string)[] words =
        [
            ("ومنطقة", ""),
            ("مكة", "B-LOC 0.4"),
            ("ثم", ""),
            ("بالمدينة", "B-LOC 0.4"),
            ("المنورة", "I-LOC 0.4"),
            ("باريس", "B-LOC 0.4"),
        ];
        var range = new WordRange(start, start + 1);
        Assert.Equal(begins, Feature("begins_place_kind", words, range, EntityType.Location));
        Assert.Equal(after, Feature("after_place_kind", words, range, EntityType.Location));
    }

    // The model's span is حكومة السعودية; the place lies inside it, and the model's باريس lies inside مدينة باريس.
    [Theory]
    [InlineData(1, 2, EntityType.Location, 1, 0)]
    [InlineData(0, 2, EntityType.Organization, 0, 0)]
    [InlineData(2, 4, EntityType.Location, 0, 1)]
    [InlineData(2, 4, EntityType.Person, 0, 0)]
    public void A_candidate_inside_a_longer_span_of_the_model_differs_from_one_around_a_shorter(
        int start,
        int end,
        EntityType type,
        float inside,
        float around
    )
    {
        (string, string)[] words = [("حكومة", "B-ORG 0.9"), ("السعودية", "I-ORG 0.9"), ("مدينة", "B-LOC 0.3"), ("باريس", "B-LOC 0.9")];
        Assert.Equal(inside, Feature("inside_model", words, new WordRange(start, end), type));
        Assert.Equal(around, Feature("around_model", words, new WordRange(start, end), type));
    }

    private static float Feature(string name, (string, string)[] words, WordRange range, EntityType type, params GazetteerIndex[] indexes)
    {
        var gazetteer = FabricatedEvidence.Known(words, indexes);
        var features = new float[CandidateFeatures.Count];
        CandidateFeatures.Write(
            new Candidate(range, type, CandidateOrigin.Model, gazetteer.Find(range, type)),
            FabricatedEvidence.Labelled(words),
            gazetteer,
            features
        );
        return features[CandidateFeatures.Names.IndexOf(name)];
    }

    private static IEnumerable<(WordRange, EntityType, CandidateOrigin)> Generate((string, string)[] words) =>
        CandidateGenerator.Generate(FabricatedEvidence.Labelled(words), FabricatedEvidence.Known(words)).Select(c => (c.Words, c.Type, c.Origin));
}
