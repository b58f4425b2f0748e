using NerService.Extraction.Pipeline;
using NerService.Extraction.Proposals;
using NerService.Extraction.Tests.Pipeline;
using NerService.Gazetteer;
using NerService.Gazetteer.Index;
using NerService.Gazetteer.Loading;
using NerService.Inference;
using NerService.Text.Documents;
using NerService.Text.Labels;

namespace NerService.Extraction.Tests.Proposals;

public sealed class GazetteerFeaturesTests(ShippedExtractor shipped)
{
    // The fixture holds the names of the lists that stand in the golden sentences, and what the reference implementation makes of them.
    [Fact]
    public async Task Every_word_of_the_golden_sentences_has_the_features_that_the_reference_gives_it()
    {
        var names = (await GazetteerLoader.LoadAsync([Fixture("names.tsv")], cancellationToken: TestContext.Current.CancellationToken)).Value;
        var nameParts = (await NameParts.LoadAsync(Fixture("name-parts.tsv"), cancellationToken: TestContext.Current.CancellationToken)).Value;
        var seen = SeenNames.Read(Fixture("seen-names.tsv"));
        var wrong = new List<string>();
        foreach (var golden in Golden.Sentences)
        {
            var found = FeaturesOf(SourceText.FromTokens(golden.Words), nameParts, names, seen);
            for (var word = 0; word < golden.Words.Length; word++)
            {
                var expected = (WordFeatures)golden.Features[word].Sum(bit => 1 << bit);
                if (found[word] != expected)
                    wrong.Add($"{golden.Words[word]} in \"{golden.Text}\": {found[word]}, the reference has {expected}");
            }
        }
        Assert.True(wrong.Count == 0, $"{wrong.Count} words differ:\n{string.Join('\n', wrong)}");
    }

    // مدينة نصر is a quarter of Cairo: the longer match hides نصر, the club, which lies within it.
    [Fact]
    public void A_match_within_a_longer_one_is_not_told() =>
        Assert.Equal(
            [WordFeatures.None, WordFeatures.LocationBegin, WordFeatures.LocationInside],
            Features("في مدينة نصر", Entry("مدينة نصر", EntityType.Location), Entry("نصر", EntityType.Organization))
        );

    // A caller's entry and the service's speak as one: both types, the heavier weight.
    [Fact]
    public void Lists_that_know_the_same_name_are_told_together() =>
        Assert.Equal(
            [WordFeatures.PersonBegin | WordFeatures.LocationBegin | WordFeatures.OneWord | WordFeatures.Weight10K],
            FeaturesOf(
                SourceText.FromText("جوردن"),
                NameParts.Empty,
                GazetteerIndex.Build([Entry("جوردن", EntityType.Person)]),
                GazetteerIndex.Build([Entry("جوردن", EntityType.Location, 20_000)])
            )
        );

    [Fact]
    public void The_longest_match_of_all_lists_counts() =>
        Assert.Equal(
            [WordFeatures.PersonBegin, WordFeatures.PersonInside],
            FeaturesOf(
                SourceText.FromText("محمد صلاح"),
                NameParts.Empty,
                GazetteerIndex.Build([Entry("محمد", EntityType.Location)]),
                GazetteerIndex.Build([Entry("محمد صلاح", EntityType.Person)])
            )
        );

    // وباريس: the name stands after a و.
    [Fact]
    public void A_name_behind_a_proclitic_is_told_with_its_cut() =>
        Assert.Equal(
            [WordFeatures.LocationBegin | WordFeatures.OneWord | WordFeatures.Cut | WordFeatures.Weight10K | WordFeatures.Weight100K],
            Features("وباريس", Entry("باريس", EntityType.Location, 2_000_000))
        );

    // للزعيم is ل + لزعيم, or ل + الزعيم with an alef put back: the key that stands there goes before the one that is restored, in whichever list.
    [Fact]
    public void Between_lists_too_the_cut_that_restores_less_counts() =>
        Assert.Equal(
            [WordFeatures.OrganizationBegin | WordFeatures.OneWord | WordFeatures.Cut],
            FeaturesOf(
                SourceText.FromText("للزعيم"),
                NameParts.Empty,
                GazetteerIndex.Build([Entry("الزعيم", EntityType.Location, 20_000)]),
                GazetteerIndex.Build([Entry("لزعيم", EntityType.Organization)])
            )
        );

    // Seen in the training text alone: told as such; known to a list too: told as the list's.
    [Fact]
    public void Only_a_name_that_no_list_has_counts_as_seen()
    {
        var seen = GazetteerIndex.Build([Entry("الوئام", EntityType.Organization, 0)], GazetteerOrigin.TrainingText);
        var source = SourceText.FromText("الوئام");
        Assert.Equal([WordFeatures.OrganizationBegin | WordFeatures.OneWord | WordFeatures.Seen], FeaturesOf(source, NameParts.Empty, seen));
        Assert.Equal(
            [WordFeatures.OrganizationBegin | WordFeatures.OneWord],
            FeaturesOf(source, NameParts.Empty, seen, GazetteerIndex.Build([Entry("الوئام", EntityType.Organization)]))
        );
    }

    [Fact]
    public async Task With_the_gazetteer_off_the_model_is_told_nothing()
    {
        var request = new ExtractionRequest
        {
            Source = SourceText.FromText("وصل زرنباق إلى القاهرة."),
            Names = new CallerNames([Entry("زرنباق", EntityType.Person)]),
            Explain = true,
        };
        var on = await shipped.ExtractAsync(request);
        var off = await shipped.ExtractAsync(request with { UseGazetteer = false });
        Assert.Equal(["زرنباق", "القاهرة"], on.Explanation!.Proposals.Select(p => p.Span.Of(request.Source.Text)).Where(name => name != "إلى"));
        Assert.Equal([GazetteerOrigin.Request], on.Explanation.Proposals[0].Origins);
        Assert.Empty(off.Explanation!.Proposals);
        Assert.NotEqual(on.Explanation.Words[1].Posteriors, off.Explanation.Words[1].Posteriors);
    }

    [Fact]
    public async Task Documents_of_callers_with_different_names_are_each_answered_as_if_alone()
    {
        string[] names = ["زرنباق", "كرمعيل", "دلشان"];
        var requests = Enumerable
            .Range(0, 60)
            .Select(i => new ExtractionRequest
            {
                Source = SourceText.FromText($"قال {names[i % 3]} إن الاجتماع تأجل إلى الغد."),
                Names = i % 2 == 0 ? new CallerNames([Entry(names[(i / 2) % 3], (EntityType)(i % 3))]) : CallerNames.None,
                Explain = true,
            })
            .ToArray();
        var alone = new List<ExtractionResult>();
        foreach (var request in requests)
            alone.Add(await shipped.ExtractAsync(request));
        var together = await Task.WhenAll(requests.Select(request => shipped.ExtractAsync(request)));
        for (var i = 0; i < requests.Length; i++)
        {
            Assert.Equal(
                alone[i].Entities.Select(e => (e.Span, e.Type, e.Confidence)),
                together[i].Entities.Select(e => (e.Span, e.Type, e.Confidence))
            );
            Assert.Equal(alone[i].Explanation!.Words.SelectMany(w => w.Posteriors), together[i].Explanation!.Words.SelectMany(w => w.Posteriors));
        }
    }

    private static string Fixture(string file) => Repository.PathOf("tests", "data", "features", file);

    private static GazetteerEntry Entry(string surface, EntityType type, double weight = 1) => new(surface, type, "own:" + surface, weight);

    private static WordFeatures[] Features(string text, params GazetteerEntry[] entries) =>
        FeaturesOf(SourceText.FromText(text), NameParts.Empty, GazetteerIndex.Build(entries));

    private static WordFeatures[] FeaturesOf(SourceText source, NameParts nameParts, params GazetteerIndex[] indexes) =>
        GazetteerFeatures.Of(GazetteerProposals.Of(source, indexes), nameParts);
}
