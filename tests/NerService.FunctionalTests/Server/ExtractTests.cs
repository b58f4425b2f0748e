using V1 = NerService.Contracts.V1;

namespace NerService.FunctionalTests.Server;

public sealed class ExtractTests(SharedServer shared)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    public static TheoryData<V1.OffsetUnit> Units =>
        [V1.OffsetUnit.Unspecified, V1.OffsetUnit.UnicodeCodePoint, V1.OffsetUnit.Utf16CodeUnit, V1.OffsetUnit.Utf8Byte];

    [Theory]
    [MemberData(nameof(Units))]
    public async Task Every_span_slices_the_text_verbatim_in_the_unit_that_was_asked_for(V1.OffsetUnit unit)
    {
        // Emoji and a flag outside the BMP, tashkeel and tatweel: the three units all differ here.
        var options = new V1.ExtractionOptions { OffsetUnit = unit, Features = { V1.Feature.WordLabels } };
        var answer = await shared.Server.Client.ExtractEntitiesAsync(Samples.Text(Samples.Sprinkled, options, "خبر-1"), cancellationToken: Cancel);
        Assert.Equal("خبر-1", answer.DocumentId);
        Assert.Equal(unit == V1.OffsetUnit.Unspecified ? V1.OffsetUnit.UnicodeCodePoint : unit, answer.OffsetUnit);
        Assert.NotEmpty(answer.Mentions);
        foreach (var entity in answer.Mentions)
        {
            Assert.Equal(entity.Text, Samples.Slice(Samples.Sprinkled, entity.Span, unit));
            Assert.Equal(entity.CoreText, Samples.Slice(Samples.Sprinkled, entity.CoreSpan, unit));
            Assert.Equal(entity.Span.Start, answer.Words[entity.Words.Start].Span.Start);
            Assert.Equal(entity.Span.End, answer.Words[entity.Words.End - 1].Span.End);
        }
    }

    [Fact]
    public async Task People_and_places_of_a_sentence_are_found()
    {
        var answer = await shared.Server.Client.ExtractEntitiesAsync(Samples.Text(Samples.News), cancellationToken: Cancel);
        var found = answer.Mentions.Select(e => (e.Text, e.Type)).ToList();
        Assert.Contains(("سيرغي لافروف", V1.EntityType.Person), found);
        Assert.Contains(("سامح شكري", V1.EntityType.Person), found);
        Assert.Contains(("القاهرة", V1.EntityType.Location), found);
        Assert.Contains(("غزة", V1.EntityType.Location), found);
        Assert.All(answer.Mentions, e => Assert.InRange(e.Confidence, 0f, 1f));
        Assert.All(answer.Mentions, e => Assert.NotEqual(V1.Source.Unspecified, e.Source));
        Assert.Equal("arabic-news@2.0.0", answer.ModelVersion);
        Assert.True(
            answer.Statistics is { Windows: 1, Words: 17, Subwords: >= 17, InferenceTime: not null, PreparationTime: not null, QueueTime: not null },
            answer.Statistics.ToString()
        );
    }

    [Theory]
    [MemberData(nameof(Units))]
    public async Task The_names_inside_hashtags_are_found_and_slice_without_their_signs(V1.OffsetUnit unit)
    {
        // A name of two words, a list of two countries, a preposition before the sign; the emoji tells the units apart.
        const string Text = "😀 تحدث #محمد_صلاح عن القمة #السعودية_قطر ثم سافر ل#مصر";
        var options = new V1.ExtractionOptions { OffsetUnit = unit };
        var answer = await shared.Server.Client.ExtractEntitiesAsync(Samples.Text(Text, options), cancellationToken: Cancel);
        Assert.Equal(
            [
                ("محمد_صلاح", "محمد صلاح", "محمد صلاح", V1.EntityType.Person),
                ("السعودية", "السعودية", "السعودية", V1.EntityType.Location),
                ("قطر", "قطر", "قطر", V1.EntityType.Location),
                ("مصر", "مصر", "مصر", V1.EntityType.Location),
            ],
            answer.Mentions.Select(e => (e.Text, e.NormalizedName, e.CanonicalName, e.Type))
        );
        Assert.All(answer.Mentions, e => Assert.Equal(e.Text, Samples.Slice(Text, e.Span, unit)));
    }

    [Fact]
    public async Task Tashkeel_and_tatweel_change_no_entity()
    {
        var answer = await shared.Server.Client.ExtractEntitiesAsync(Samples.Text(Samples.Sprinkled), cancellationToken: Cancel);
        var found = answer.Mentions.Select(e => (e.Text, e.Type)).ToList();
        // Two vowelled words of a name.
        Assert.Contains(("سِيرغي لافْروف", V1.EntityType.Person), found);
        // A stretched letter.
        Assert.Contains(("القـاهرة", V1.EntityType.Location), found);
        // Vowel and doubling marks.
        Assert.Contains(("غَزّة", V1.EntityType.Location), found);
    }

    [Fact]
    public async Task Every_token_gets_exactly_one_label_even_a_lone_vowel_mark_and_an_empty_one()
    {
        // A lone fatha, an empty token, a token of spaces, and the name that follows.
        string[] tokens = ["التقى", "َ", "سيرغي", "لافروف", "", "في", " ", "القاهرة", "."];
        var answer = await shared.Server.Client.ExtractEntitiesAsync(
            Samples.Tokens(tokens, new V1.ExtractionOptions { Features = { V1.Feature.WordLabels }, OffsetUnit = V1.OffsetUnit.Utf16CodeUnit }),
            cancellationToken: Cancel
        );
        Assert.Equal(tokens.Length, answer.Words.Count);
        Assert.Equal(tokens.Length, answer.Statistics.Words);
        var joined = string.Join(' ', tokens);
        for (var i = 0; i < tokens.Length; i++)
            Assert.Equal(tokens[i], Samples.Slice(joined, answer.Words[i].Span, V1.OffsetUnit.Utf16CodeUnit));
        Assert.Equal(["B-PER", "I-PER"], answer.Words.Skip(2).Take(2).Select(w => w.Label));
        var city = Assert.Single(answer.Mentions, e => e.Type == V1.EntityType.Location);
        Assert.Equal((7, 8), (city.Words.Start, city.Words.End));
        Assert.All(answer.Mentions, e => Assert.Equal(e.Text, Samples.Slice(joined, e.Span, V1.OffsetUnit.Utf16CodeUnit)));
    }

    [Fact]
    public async Task An_empty_text_and_an_empty_token_list_are_documents_without_entities()
    {
        var text = await shared.Server.Client.ExtractEntitiesAsync(Samples.Text(""), cancellationToken: Cancel);
        Assert.Empty(text.Mentions);
        Assert.Equal(0, text.Statistics.Windows);
        Assert.NotEmpty(text.ModelVersion);
        var tokens = await shared.Server.Client.ExtractEntitiesAsync(Samples.Tokens([]), cancellationToken: Cancel);
        Assert.Empty(tokens.Mentions);
        // Nothing but spaces, a line break and direction marks.
        var blank = await shared.Server.Client.ExtractEntitiesAsync(Samples.Text(" \r\n‏‎ "), cancellationToken: Cancel);
        Assert.Empty(blank.Mentions);
    }

    [Fact]
    public async Task Only_the_types_asked_for_come_back()
    {
        var options = new V1.ExtractionOptions { Types_ = { V1.EntityType.Location, V1.EntityType.Location } };
        var answer = await shared.Server.Client.ExtractEntitiesAsync(Samples.Text(Samples.News, options), cancellationToken: Cancel);
        Assert.NotEmpty(answer.Mentions);
        Assert.All(answer.Mentions, e => Assert.Equal(V1.EntityType.Location, e.Type));
    }

    [Fact]
    public async Task Nothing_below_the_confidence_asked_for_comes_back()
    {
        var all = await shared.Server.Client.ExtractEntitiesAsync(Samples.Text(Samples.News), cancellationToken: Cancel);
        var threshold = all.Mentions.Max(e => e.Confidence);
        var answer = await shared.Server.Client.ExtractEntitiesAsync(
            Samples.Text(Samples.News, new V1.ExtractionOptions { MinConfidence = threshold }),
            cancellationToken: Cancel
        );
        Assert.NotEmpty(answer.Mentions);
        Assert.True(answer.Mentions.Count < all.Mentions.Count);
        Assert.All(answer.Mentions, e => Assert.True(e.Confidence >= threshold));
    }

    [Fact]
    public async Task A_long_document_is_cut_into_windows_and_nothing_is_left_out()
    {
        var text = Samples.Long(40);
        var answer = await shared.Server.Client.ExtractEntitiesAsync(
            Samples.Text(text, new V1.ExtractionOptions { Features = { V1.Feature.WordLabels }, OffsetUnit = V1.OffsetUnit.Utf16CodeUnit }),
            cancellationToken: Cancel
        );
        Assert.True(answer.Statistics.Windows > 3);
        Assert.Equal(40 * 17, answer.Words.Count);
        Assert.Equal(40, answer.Mentions.Count(e => e.Text == "سامح شكري"));
        Assert.All(answer.Mentions, e => Assert.Equal(e.Text, text[e.Span.Start..e.Span.End]));
    }

    [Fact]
    public async Task The_service_says_what_it_serves_and_every_limit()
    {
        var info = await shared.Server.Client.GetServiceInfoAsync(new V1.GetServiceInfoRequest(), cancellationToken: Cancel);
        Assert.Equal(("arabic-news", "2.0.0"), (info.Model.Name, info.Model.Version));
        Assert.Equal(["O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-ORG", "I-ORG"], info.Model.WordLabels);
        Assert.Equal(64, info.Model.Sha256.Length);
        Assert.EndsWith(".onnx", info.Model.File, StringComparison.Ordinal);
        Assert.Contains(info.Model.Graph, (string[])["fp32", "int8"]);
        Assert.Equal((200, 60), (info.Model.WindowSubwords, info.Model.WindowOverlapSubwords));
        Assert.Equal(V1.OffsetUnit.UnicodeCodePoint, info.DefaultOffsetUnit);
        Assert.Equal("2.0.0", info.ServiceVersion);
        Assert.Equal(
            new V1.Limits
            {
                MaxTextLength = 1_000_000,
                MaxTokens = 200_000,
                MaxTokenLength = 1_000,
                MaxMessageBytes = 8_388_608,
                MaxBatchDocuments = 1_000,
                MaxGazetteerEntries = 1_000,
                MaxDocumentIdLength = 256,
                MaxPaddedSubwordsPerRun = 256,
                MaxQueuedPaddedSubwords = 65_536,
            },
            info.Limits
        );
    }
}
