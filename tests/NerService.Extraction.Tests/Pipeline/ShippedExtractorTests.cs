using System.Text.Json.Nodes;
using NerService.Extraction.Candidates;
using NerService.Extraction.Pipeline;
using NerService.Extraction.Snapshots;
using NerService.Gazetteer;
using NerService.Inference.Models;
using NerService.Text.Documents;
using NerService.Text.Labels;

namespace NerService.Extraction.Tests.Pipeline;

/// <summary>The whole extractor as it ships.</summary>
public sealed class ShippedExtractorTests(ShippedExtractor shipped)
{
    // Two people whom the model runs together, a city and a country.
    private const string News = "التقى وزير الخارجية المصري سامح شكري نظيره الروسي سيرغي لافروف في القاهرة ، ثم غادر لافروف إلى روسيا .";

    [Fact]
    public async Task An_entity_of_model_and_gazetteer_carries_both_and_the_entrys_id()
    {
        var result = await shipped.ExtractAsync(News);
        var cairo = Assert.Single(result.Entities, e => e.Span.Of(News) == "القاهرة");
        Assert.Equal(EntitySource.Both, cairo.Source);
        Assert.NotNull(cairo.GazetteerId);
        Assert.NotNull(cairo.CanonicalName);
        Assert.InRange(cairo.Confidence, 0.7f, 1f);
    }

    [Fact]
    public async Task A_title_before_a_name_behind_a_preposition_is_another_persons()
    {
        const string Text = "التقى نائب الرئيس الأمريكي مايك بنس بالسيسي ثم قال الرئيس لبوتين إنه عائد";
        var result = await shipped.ExtractAsync(Text);
        Assert.Equal(
            ["مايك بنس|نائب الرئيس الأمريكي", "بالسيسي|", "لبوتين|"],
            result.Entities.Where(e => e.Type == EntityType.Person).Select(e => $"{e.Span.Of(Text)}|{e.Title?.Of(Text)}")
        );
    }

    [Fact]
    public async Task Without_gazetteer_nothing_comes_from_it()
    {
        var result = await shipped.ExtractAsync(
            new ExtractionRequest
            {
                Source = SourceText.FromText(News),
                UseGazetteer = false,
                Names = new CallerNames([new GazetteerEntry("نظيره", EntityType.Person, "own:1")]),
            }
        );
        Assert.NotEmpty(result.Entities);
        Assert.All(result.Entities, e => Assert.Equal(EntitySource.Model, e.Source));
        Assert.All(result.Entities, e => Assert.Null(e.GazetteerId));
    }

    [Fact]
    public async Task An_entry_of_the_callers_own_counts_for_one_request_only()
    {
        const string Text = "انتقل الشاب إلى زرقونة للعمل .";
        var entry = new GazetteerEntry("زرقونة", EntityType.Location, "own:7", Canonical: "Zarquna");
        var with = await shipped.ExtractAsync(Text, entry);
        var entity = Assert.Single(with.Entities);
        Assert.Equal(("own:7", "Zarquna"), (entity.GazetteerId, entity.CanonicalName));
        var without = await shipped.ExtractAsync(Text);
        Assert.DoesNotContain(without.Entities, e => e.GazetteerId == "own:7");
    }

    // The model alone runs each of these together; the و of the second name is a clitic of it.
    [Theory]
    [InlineData("زار الرئيس الصين وباريس ولندن.", "الصين|باريس|لندن")]
    [InlineData("سيزور الوفد برلين وباريس ولندن الأسبوع المقبل.", "برلين|باريس|لندن")]
    [InlineData("سافر وليد وكريم من بغداد إلى دمشق وحلب.", "وليد|كريم|بغداد|دمشق|حلب")]
    [InlineData("قال شكري ولافروف إن الحوار مستمر.", "شكري|لافروف")]
    public async Task Coordinated_names_come_apart(string text, string cores) =>
        Assert.Equal(cores.Split('|'), (await shipped.ExtractAsync(text)).Entities.Select(e => e.CoreSpan.Of(text)));

    // The model wavers between مكة, مكة المكرمة and nothing; the gazetteer knows the region by its whole name, apart from the city.
    [Fact]
    public async Task A_region_of_several_words_is_found_where_the_model_wavers()
    {
        const string Text = "زار الوفد منطقة مكة المكرمة ثم سافر إلى كاليفورنيا.";
        var region = (await shipped.ExtractAsync(Text)).Entities[0];
        Assert.Equal(("منطقة مكة المكرمة", EntityType.Location, "iso3166-2:SA-02"), (region.Span.Of(Text), region.Type, region.GazetteerId));
    }

    // The model alone returns سجن جلبوع as an organization, and بغداد of the airport.
    [Theory]
    [InlineData("زار الوفد سجن عوفر أمس", "سجن عوفر")]
    [InlineData("زيارة محامي إلى سجن جلبوع", "سجن جلبوع")]
    [InlineData("وصل إلى مطار بغداد الدولي قادما من لندن", "مطار بغداد الدولي")]
    [InlineData("سافر إلى مخيم شاتيلا أمس", "مخيم شاتيلا")]
    public async Task A_site_is_found_with_the_noun_that_says_its_kind(string text, string core)
    {
        var site = (await shipped.ExtractAsync(text)).Entities[0];
        Assert.Equal((core, EntityType.Location), (site.CoreSpan.Of(text), site.Type));
        Assert.StartsWith("common:site-", site.GazetteerId, StringComparison.Ordinal);
    }

    // No list has these names, and the noun before each has a proclitic.
    [Theory]
    [InlineData("توجهت فرق الإنقاذ لحي النجاجرة", "النجاجرة")]
    [InlineData("زرنا السوق وميدان الحلواني صباحا", "ميدان الحلواني")]
    [InlineData("توجهت فرق الإنقاذ لشارع الزرنوق", "شارع الزرنوق")]
    [InlineData("وقع حادث بميدان الهدهد أمس", "ميدان الهدهد")]
    [InlineData("تحدث عن البلد وجبل كرزاباد", "جبل كرزاباد")]
    [InlineData("وقع خلاف ببرج السلمونة أمس", "برج السلمونة")]
    public async Task A_place_that_nobody_knows_is_found_behind_a_noun_with_a_proclitic(string text, string core)
    {
        var place = Assert.Single((await shipped.ExtractAsync(text)).Entities);
        Assert.Equal((core, EntityType.Location), (place.CoreSpan.Of(text), place.Type));
    }

    // بمنطقة is one subword of the model's vocabulary: parted, it would end the name before it.
    [Fact]
    public async Task An_authoritys_name_goes_on_behind_a_noun_of_place_that_the_model_knows_with_its_proclitic()
    {
        const string Text = "استقبلت الإدارة العامة للتعليم بمنطقة الحدود الشمالية المعلمين الجدد";
        var authority = Assert.Single((await shipped.ExtractAsync(Text)).Entities);
        Assert.Equal(("الإدارة العامة للتعليم بمنطقة الحدود الشمالية", EntityType.Organization), (authority.CoreSpan.Of(Text), authority.Type));
    }

    // كلاشينكوف, the rifle, is not a place, and the gazetteer knows none of that name.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_foreign_word_that_no_list_knows_is_not_a_place(bool useGazetteer)
    {
        var result = await shipped.ExtractAsync(
            new ExtractionRequest { Source = SourceText.FromText("حملوا معهم كلاشينكوف قديما"), UseGazetteer = useGazetteer }
        );
        Assert.DoesNotContain(result.Entities, e => e.Type == EntityType.Location);
    }

    [Fact]
    public async Task A_denied_name_is_not_returned_whatever_its_spelling_and_proclitics()
    {
        const string Text = "وصل الوفد إلى القاهرة ، وبالقاهرة التقى سامح شكري .";
        var all = await shipped.ExtractAsync(Text);
        Assert.Contains(all.Entities, e => e.Span.Of(Text) == "القاهرة");
        // القاهره is how many write القاهرة.
        var denied = await shipped.ExtractAsync(
            new ExtractionRequest { Source = SourceText.FromText(Text), Names = new CallerNames([], ["القاهره"]) }
        );
        Assert.DoesNotContain(denied.Entities, e => e.Span.Of(Text).Contains("القاهرة", StringComparison.Ordinal));
        Assert.Contains(denied.Entities, e => e.Span.Of(Text) == "سامح شكري");
    }

    [Fact]
    public async Task Entities_below_the_least_confidence_are_left_out_and_the_others_stay()
    {
        var all = await shipped.ExtractAsync(News);
        var threshold = all.Entities.Max(e => e.Confidence);
        var sure = await shipped.ExtractAsync(new ExtractionRequest { Source = SourceText.FromText(News), MinConfidence = threshold });
        Assert.Equal(all.Entities.Where(e => e.Confidence >= threshold).Select(e => e.Span), sure.Entities.Select(e => e.Span));
        Assert.True(sure.Entities.Length < all.Entities.Length);
    }

    [Fact]
    public async Task Only_the_types_that_are_wanted_are_returned()
    {
        var places = await shipped.ExtractAsync(new ExtractionRequest { Source = SourceText.FromText(News), Types = [EntityType.Location] });
        Assert.NotEmpty(places.Entities);
        Assert.All(places.Entities, e => Assert.Equal(EntityType.Location, e.Type));
    }

    [Fact]
    public async Task An_explanation_accounts_for_every_word_and_candidate()
    {
        var result = await shipped.ExtractAsync(new ExtractionRequest { Source = SourceText.FromText(News), Explain = true });
        var explanation = result.Explanation!;
        Assert.Equal(result.Source.WordCount, explanation.Words.Length);
        Assert.All(explanation.Words, word => Assert.Equal(1, word.Posteriors.Sum(), 3));
        Assert.All(explanation.Words, word => Assert.NotEmpty(word.Subwords));
        Assert.Equal(result.Entities.Select(e => (e.Span, e.Type)), explanation.Candidates.Where(c => c.Kept).Select(c => (c.Span, c.Type)));
        Assert.All(
            explanation.Candidates,
            candidate =>
            {
                Assert.Equal(CandidateFeatures.Names, candidate.Features.Select(f => f.Key));
                Assert.InRange(candidate.Probability, 0, 1);
                Assert.StartsWith(candidate.Kept ? "Kept" : "Dropped", candidate.Reason, StringComparison.Ordinal);
                Assert.Equal(candidate.Outcome == CandidateOutcome.Outweighed, candidate.OutweighedBy.Length > 0);
                Assert.All(
                    candidate.OutweighedBy.Select(i => explanation.Candidates[i]),
                    winner => Assert.True(winner.Kept && winner.Span.Start < candidate.Span.End && candidate.Span.Start < winner.Span.End)
                );
            }
        );
    }

    [Fact]
    public async Task Nothing_is_explained_that_nobody_asked_about()
    {
        Assert.Null((await shipped.ExtractAsync(News)).Explanation);
    }

    [Fact]
    public async Task A_denied_candidate_says_so_in_the_explanation()
    {
        var result = await shipped.ExtractAsync(
            new ExtractionRequest
            {
                Source = SourceText.FromText(News),
                Explain = true,
                Names = new CallerNames([], ["روسيا"]),
            }
        );
        var candidate = Assert.Single(result.Explanation!.Candidates, c => c.Span.Of(News) == "روسيا" && c.Type == EntityType.Location);
        Assert.False(candidate.Kept);
        Assert.Contains("deny", candidate.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_documents_answer_is_the_same_alone_and_among_a_hundred_others()
    {
        var alone = await shipped.ExtractAsync(News);
        var others = Enumerable
            .Range(0, 100)
            .Select(i => shipped.ExtractAsync(string.Join(' ', Enumerable.Repeat($"قال محمد علي في بيروت رقم {i}", 1 + i % 7))))
            .ToList();
        var among = shipped.ExtractAsync(News);
        await Task.WhenAll(others);
        Assert.Equal(alone.Entities.Select(Shown), (await among).Entities.Select(Shown));

        static (TextSpan, TextSpan, EntityType, float, EntitySource, string?) Shown(ExtractedEntity e) =>
            (e.Span, e.CoreSpan, e.Type, e.Confidence, e.Source, e.GazetteerId);
    }

    [Theory]
    [InlineData("وَصَلَ لافْروفُ إلى القاهِرَةِ .")] // tashkeel inside and after the names
    [InlineData("وصل لافــروف إلى القاهـــرة .")] // tatweel
    [InlineData("\u200Fوصل\u200F لافروف إلى \u202Bالقاهرة\u202C .")] // direction marks
    [InlineData("😀 وصل لافروف 😀 إلى القاهرة 🇪🇬\r\nثم غادر روسيا")] // surrogate pairs and CRLF
    [InlineData("وصل لافروف\uD83D إلى القاهرة")] // a lone surrogate
    [InlineData("وصل لافروف،إلى القاهرة،وبيروت")] // no spaces around punctuation
    public async Task Spans_always_slice(string text)
    {
        var result = await shipped.ExtractAsync(
            new ExtractionRequest
            {
                Source = SourceText.FromText(text),
                Explain = true,
                IncludeSentences = true,
            }
        );
        Assert.NotEmpty(result.Entities);
        foreach (var entity in result.Entities)
        {
            Assert.Equal(result.Source.SpanOf(entity.Words), entity.Span);
            Assert.True(entity.Span.Contains(entity.CoreSpan), $"{entity.CoreSpan} lies outside {entity.Span}.");
            Assert.False(entity.CoreSpan.IsEmpty);
            Assert.EndsWith(entity.CoreSpan.Of(text), entity.Span.Of(text), StringComparison.Ordinal);
        }
        for (var i = 1; i < result.Entities.Length; i++)
            Assert.True(result.Entities[i - 1].Span.End <= result.Entities[i].Span.Start);
    }

    [Fact]
    public async Task A_model_without_arbiter_answers_with_its_own_spans()
    {
        using var folder = new ModelCopy(manifest =>
        {
            manifest.Remove("arbiter");
            manifest["files"]!.AsObject().Remove("arbiter.zip");
        });
        using var extractor = await EntityExtractor.LoadAsync(
            new ExtractorOptions { ModelFolder = folder.Path, GazetteerFolder = ContentLocator.Resolve(ContentLocator.DefaultGazetteerFolder) },
            TestContext.Current.CancellationToken
        );
        var bare = await extractor.ExtractAsync(new ExtractionRequest { Source = SourceText.FromText(News) }, TestContext.Current.CancellationToken);
        var own = await shipped.ExtractAsync(new ExtractionRequest { Source = SourceText.FromText(News), UseArbiter = false });
        Assert.NotEmpty(bare.Entities);
        Assert.Equal(ShippedExtractor.Found(own), ShippedExtractor.Found(bare));
        Assert.Equal(own.Entities.Select(e => e.Confidence), bare.Entities.Select(e => e.Confidence));
    }

    [Fact]
    public async Task An_arbiter_that_was_trained_for_other_features_is_refused()
    {
        using var folder = new ModelCopy(manifest => manifest["arbiter"]!["features"]!.AsArray().Add("moon_phase"));
        var error = await Assert.ThrowsAsync<ModelLoadException>(() =>
            EntityExtractor.LoadAsync(new ExtractorOptions { ModelFolder = folder.Path }, TestContext.Current.CancellationToken)
        );
        Assert.Contains("moon_phase", error.Message, StringComparison.Ordinal);
        Assert.Contains("ner train-arbiter", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_trains_an_arbiter_can_load_a_model_whose_arbiter_does_not_fit()
    {
        using var folder = new ModelCopy(manifest => manifest["arbiter"]!["features"]!.AsArray().Add("moon_phase"));
        using var snapshot = await SnapshotLoader.LoadAsync(
            new ExtractorOptions { ModelFolder = folder.Path, LoadArbiter = false },
            cancellationToken: TestContext.Current.CancellationToken
        );
        Assert.False(snapshot.HasArbiter);
    }

    [Fact]
    public async Task An_arbiter_with_the_right_sum_that_is_none_is_refused()
    {
        using var folder = new ModelCopy(_ => { });
        var path = Path.Combine(folder.Path, ModelManifest.FileName);
        var manifest = JsonNode.Parse(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken))!;
        var arbiter = manifest["arbiter"]!["file"]!.GetValue<string>();
        File.Delete(Path.Combine(folder.Path, arbiter));
        byte[] noise = [.. "PK"u8, 3, 4, 0, 0, 255];
        await File.WriteAllBytesAsync(Path.Combine(folder.Path, arbiter), noise, TestContext.Current.CancellationToken);
        manifest["files"]![arbiter]!["sha256"] = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(noise));
        await File.WriteAllTextAsync(path, manifest.ToJsonString(), TestContext.Current.CancellationToken);
        var error = await Assert.ThrowsAsync<ModelLoadException>(() =>
            EntityExtractor.LoadAsync(new ExtractorOptions { ModelFolder = folder.Path }, TestContext.Current.CancellationToken)
        );
        Assert.Contains($"{arbiter}' cannot be loaded by Microsoft.ML", error.Message, StringComparison.Ordinal);
    }

    /// <summary>The shipped model's folder with another manifest; the large files are links.</summary>
    private sealed class ModelCopy : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        internal ModelCopy(Action<JsonObject> change)
        {
            foreach (var file in Directory.EnumerateFiles(ShippedExtractor.ModelFolder))
                if (System.IO.Path.GetFileName(file) != ModelManifest.FileName)
                    File.CreateSymbolicLink(_folder[System.IO.Path.GetFileName(file)], file);
            var manifest = JsonNode.Parse(File.ReadAllText(System.IO.Path.Combine(ShippedExtractor.ModelFolder, ModelManifest.FileName)))!.AsObject();
            change(manifest);
            _folder.Write(ModelManifest.FileName, manifest.ToJsonString());
        }

        internal string Path => _folder.Path;

        public void Dispose() => _folder.Dispose();
    }
}
