using CsCheck;
using NerService.Text.Clitics;
using NerService.Text.Documents;
using NerService.Text.Folding;
using NerService.Text.Labels;

namespace NerService.Text.Tests.Clitics;

public class CliticSegmenterTests
{
    [Theory]
    // Tashkeel and tatweel inside and after the clitics go with the clitic; those of the name stay in the core and leave its normalized name.
    [InlineData("وَبِالقـاهرة", EntityType.Location, "القـاهرة", "و ب", "القاهرة")]
    // The article without its alef: verbatim core, restored name; with tashkeel too.
    [InlineData("لِلْقاهِرة", EntityType.Location, "لْقاهِرة", "ل", "القاهرة")]
    // Three lams are written as two: the article's and the name's are one.
    [InlineData("للاذقية", EntityType.Location, "لاذقية", "ل", "اللاذقية")]
    // A name in lam after ل has no article.
    [InlineData("للبنان", EntityType.Location, "لبنان", "ل", "لبنان")]
    // An article that the country's name does not own is a clitic.
    [InlineData("والباكستان", EntityType.Location, "باكستان", "و ال", "باكستان")]
    [InlineData("للباكستان", EntityType.Location, "باكستان", "ل ال", "باكستان")]
    // A direction mark between clitic and name belongs to neither.
    [InlineData("و\u200Fباريس", EntityType.Location, "باريس", "و", "باريس")]
    // Latin after a clitic.
    [InlineData("وGoogle", EntityType.Organization, "Google", "و", "Google")]
    // Only the first word is cut: the second keeps its clitic.
    [InlineData("ومحمد وعلي", EntityType.Person, "محمد وعلي", "و", "محمد وعلي")]
    // Presentation forms open in the normalized name.
    [InlineData("وﺑﺎرﻳﺲ", EntityType.Location, "ﺑﺎرﻳﺲ", "و", "باريس")]
    // A pronoun at the end is left alone.
    [InlineData("ولبنانهم", EntityType.Location, "ولبنانهم", "", "ولبنانهم")]
    // Nobody knows the rest: the surface is the core.
    [InlineData("وكيغالاندو", EntityType.Location, "وكيغالاندو", "", "وكيغالاندو")]
    public void Core_clitics_and_name_are_as_documented(string surface, EntityType type, string core, string clitics, string name)
    {
        var (found, text) = Segment(surface, type);
        Assert.Equal(core, found.Core.Of(text));
        Assert.Equal(clitics, string.Join(' ', found.Clitics));
        Assert.Equal(name, found.NormalizedName);
    }

    [Fact]
    public void A_ligature_of_clitic_and_first_letter_is_not_cut_in_two()
    {
        // ﻷ is one character: ل and the hamza that أحمد begins with.
        var (found, text) = Segment("ﻷحمد", EntityType.Person);
        Assert.Equal("ﻷحمد", found.Core.Of(text));
        Assert.Equal("لأحمد", found.NormalizedName);
    }

    [Fact]
    public void A_word_of_the_same_document_is_evidence()
    {
        // No list knows كورشونوف; the second sentence does.
        var document = SourceText.FromText("اتصل الوزير بكورشونوف مساء. وقال كورشونوف إنه راض.");
        var found = CliticSegmenter.Segment(document, new WordRange(2, 3), EntityType.Person, FileEvidence.Shipped.For(document));
        Assert.Equal("كورشونوف", found.Core.Of(document.Text));
    }

    [Fact]
    public void The_document_decides_between_two_known_cities()
    {
        // وجدة in Morocco, or و and جدة, which the document names.
        var alone = SourceText.FromText("وصل إلى وجدة");
        Assert.Equal(
            "وجدة",
            CliticSegmenter.Segment(alone, new WordRange(2, 3), EntityType.Location, FileEvidence.Shipped.For(alone)).NormalizedName
        );
        var beside = SourceText.FromText("بين الرياض وجدة وإلى جدة");
        Assert.Equal(
            "جدة",
            CliticSegmenter.Segment(beside, new WordRange(2, 3), EntityType.Location, FileEvidence.Shipped.For(beside)).NormalizedName
        );
    }

    [Theory]
    // The model sees rather a name after و, sees no difference, sees rather the whole, has not been asked.
    [InlineData(6, "كيغالاندو")]
    [InlineData(1, "وكيغالاندو")]
    [InlineData(-6, "وكيغالاندو")]
    [InlineData(null, "وكيغالاندو")]
    public void A_model_that_prefers_the_name_behind_a_proclitic_is_evidence_too(int? preference, string core)
    {
        var document = SourceText.FromText("وكيغالاندو");
        var found = CliticSegmenter.Segment(document, new WordRange(0, 1), EntityType.Location, new OnlyPreference(preference));
        Assert.Equal(core, found.NormalizedName);
        Assert.Equal(found.Clitics.IsEmpty, found.IsUnknown);
    }

    [Fact]
    public void Nothing_is_unknown_about_a_word_that_is_known_whole_or_cut_or_cannot_be_cut()
    {
        foreach (var word in (string[])["وليد", "ولافروف", "محمد"])
        {
            var document = SourceText.FromText(word);
            Assert.False(CliticSegmenter.Segment(document, new WordRange(0, 1), EntityType.Person, FileEvidence.Shipped.For(document)).IsUnknown);
        }
    }

    [Fact]
    public void Any_entity_of_any_text_has_a_core_at_its_end() =>
        Gen.Select(RandomText.Text, Gen.Enum<EntityType>())
            .Sample(
                (text, type) =>
                {
                    // Words of clitic letters, so that many readings are tried.
                    var document = SourceText.FromText("وبال" + text + " لل" + text);
                    var evidence = new EverythingIsAName();
                    for (var start = 0; start < document.WordCount; start++)
                    {
                        for (var end = start + 1; end <= Math.Min(start + 3, document.WordCount); end++)
                        {
                            var words = new WordRange(start, end);
                            var found = CliticSegmenter.Segment(document, words, type, evidence);
                            var span = document.SpanOf(words);
                            Assert.True(span.Contains(found.Core) && found.Core.End == span.End && !found.Core.IsEmpty);
                            Assert.Equal(found.Clitics.IsEmpty, found.Core == span);
                        }
                    }
                },
                iter: 3_000
            );

    [Fact]
    public void A_long_entity_needs_no_bigger_stack()
    {
        var document = SourceText.FromText("وجامعة " + string.Join(' ', Enumerable.Repeat("القاهرة", 200)));
        var found = CliticSegmenter.Segment(document, new WordRange(0, 201), EntityType.Organization, FileEvidence.Shipped.For(document));
        Assert.Equal(["و"], found.Clitics);
    }

    [Fact]
    public void A_range_without_words_or_past_the_document_is_refused()
    {
        var document = SourceText.FromText("وباريس");
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            CliticSegmenter.Segment(document, new WordRange(0, 0), EntityType.Location, new EverythingIsAName())
        );
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            CliticSegmenter.Segment(document, new WordRange(0, 2), EntityType.Location, new EverythingIsAName())
        );
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            CliticSegmenter.Segment(document, new WordRange(-1, 1), EntityType.Location, new EverythingIsAName())
        );
    }

    [Fact]
    public void Document_words_count_by_key()
    {
        // One key: with and without hamza, tashkeel, tatweel.
        var words = new DocumentWords(SourceText.FromText("أحمد، احمد وأَحمـد ثم أحْمَد").Keys);
        Assert.Equal(3, words.Count("احمد"));
        Assert.Equal(1, words.Count("واحمد"));
        Assert.Equal(0, words.Count("حمد"));
        Assert.Equal(0, new DocumentWords(SourceText.FromText("").Keys).Count("احمد"));
    }

    [Fact]
    public void Document_words_agree_with_a_dictionary() =>
        RandomText.Text.Sample(
            text =>
            {
                var document = SourceText.FromText(text);
                var words = new DocumentWords(document.Keys);
                foreach (
                    var group in Enumerable.Range(0, document.WordCount).Select(i => Key(document.Word(i))).Where(k => k.Length > 0).GroupBy(k => k)
                )
                    Assert.Equal(group.Count(), words.Count(group.Key));
            },
            iter: 3_000
        );

    /// <summary>A key has no white space: an opened presentation form (ﹼ is a space and a shadda) leaves none behind.</summary>
    private static string Key(ReadOnlySpan<char> word) =>
        string.Concat(ArabicFolding.Fold(word, FoldingProfile.GazetteerKey).Where(c => !char.IsWhiteSpace(c)));

    private static (CliticSegmentation Found, string Text) Segment(string surface, EntityType type)
    {
        var document = SourceText.FromText(surface);
        return (CliticSegmenter.Segment(document, new WordRange(0, document.WordCount), type, FileEvidence.Shipped.For(document)), surface);
    }

    private sealed class OnlyPreference(double? preference) : ICliticEvidence
    {
        public double? EntryWeight(ReadOnlySpan<char> key, EntityType type) => null;

        public bool IsNamePart(ReadOnlySpan<char> key) => false;

        public bool BeginsEntry(ReadOnlySpan<char> key) => false;

        public int CountInDocument(ReadOnlySpan<char> key) => 0;

        public double? Preference(ReadOnlySpan<char> key) => preference;
    }

    private sealed class EverythingIsAName : ICliticEvidence
    {
        public double? EntryWeight(ReadOnlySpan<char> key, EntityType type) => key.Length;

        public bool IsNamePart(ReadOnlySpan<char> key) => true;

        public bool BeginsEntry(ReadOnlySpan<char> key) => true;

        public int CountInDocument(ReadOnlySpan<char> key) => 1;
    }
}
