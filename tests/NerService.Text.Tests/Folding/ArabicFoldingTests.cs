using CsCheck;
using NerService.Text.Folding;

namespace NerService.Text.Tests.Folding;

public class ArabicFoldingTests
{
    [Theory]
    [InlineData(FoldingProfile.Model)]
    [InlineData(FoldingProfile.GazetteerKey)]
    public void Folding_a_folded_word_changes_nothing(FoldingProfile profile) =>
        RandomText.Text.Sample(
            text =>
            {
                var folded = ArabicFolding.Fold(text, profile);
                Assert.Equal(folded, ArabicFolding.Fold(folded, profile));
            },
            iter: 20_000
        );

    [Fact]
    public void Every_single_character_folds_idempotently_within_the_stated_expansion()
    {
        foreach (var profile in Enum.GetValues<FoldingProfile>())
        {
            for (var c = 0; c <= char.MaxValue; c++)
            {
                var folded = ArabicFolding.Fold([(char)c], profile);
                Assert.InRange(folded.Length, 0, ArabicFolding.MaxExpansion);
                Assert.Equal(folded, ArabicFolding.Fold(folded, profile));
            }
        }
    }

    [Fact]
    public void Words_with_one_model_fold_have_one_gazetteer_key() =>
        RandomText.Text.Sample(
            text =>
                Assert.Equal(
                    ArabicFolding.Fold(text, FoldingProfile.GazetteerKey),
                    ArabicFolding.Fold(ArabicFolding.Fold(text, FoldingProfile.Model), FoldingProfile.GazetteerKey)
                ),
            iter: 20_000
        );

    [Fact]
    public void Every_folded_character_says_where_it_comes_from() =>
        RandomText.Text.Sample(
            text =>
            {
                foreach (var profile in Enum.GetValues<FoldingProfile>())
                {
                    var destination = new char[ArabicFolding.MaxLength(text)];
                    var sources = new int[destination.Length];
                    var length = ArabicFolding.Fold(text, destination, sources, profile);
                    Assert.Equal(ArabicFolding.Fold(text, profile), new string(destination, 0, length));
                    for (var i = 0; i < length; i++)
                    {
                        if (i > 0)
                            Assert.True(sources[i] >= sources[i - 1]);
                        Assert.Contains(destination[i], ArabicFolding.Fold([text[sources[i]]], profile));
                    }
                }
            },
            iter: 10_000
        );

    [Fact]
    public void The_golden_words_fold_as_the_reference_folds_them()
    {
        Assert.Equal(303, Golden.Sentences.Length);
        foreach (var sentence in Golden.Sentences)
        {
            // A word of marks alone folds to nothing; the full stop that the reference feeds in its place is the encoder's doing.
            Assert.Equal(
                sentence.Folded,
                sentence.Words.Select(w => ArabicFolding.Fold(w, FoldingProfile.Model) is { Length: > 0 } fold ? fold : ".")
            );
        }
    }

    [Theory]
    // Tashkeel, the superscript alef and tatweel go.
    [InlineData("الهَيْثَمِ", "الهيثم", "الهيثم")]
    [InlineData("الرَّحْمٰن", "الرحمن", "الرحمن")]
    [InlineData("القـــاهرة", "القاهرة", "القاهره")]
    // Quranic marks go.
    [InlineData("قُرءَانٖ", "قرءان", "قرءان")]
    // The hamza on its seat is kept by the model, levelled by the key; the hamza on the line is a letter to both.
    [InlineData("أإآؤئء", "أإآؤئء", "اااويء")]
    // Alef maqsura and ta marbuta.
    [InlineData("شكرى", "شكرى", "شكري")]
    [InlineData("غزة", "غزة", "غزه")]
    // Letters that look like Arabic ones: Persian kaf and ya, heh of Urdu and Kurdish, ta marbuta with a heh's shape, ya barree, alef wasla, swash
    // kaf.
    [InlineData("کریم", "كريم", "كريم")]
    [InlineData("القاھرة", "القاهرة", "القاهره")]
    [InlineData("القاہرة", "القاهرة", "القاهره")]
    [InlineData("القاهرە", "القاهره", "القاهره")]
    [InlineData("القاهرۀ", "القاهرة", "القاهره")]
    [InlineData("القاهرۃ", "القاهرة", "القاهره")]
    [InlineData("مصطفے", "مصطفي", "مصطفي")]
    [InlineData("ٱلقاهرة", "القاهرة", "القاهره")]
    [InlineData("ڪندا", "كندا", "كندا")]
    // Letters for sounds that Arabic lacks: Persian, Kurdish, Uighur, Tunisian, Moroccan.
    [InlineData("گوگل", "كوكل", "كوكل")]
    [InlineData("چاد", "جاد", "جاد")]
    [InlineData("پاريس", "باريس", "باريس")]
    [InlineData("لافروڤ", "لافروف", "لافروف")]
    [InlineData("ژنيف", "زنيف", "زنيف")]
    [InlineData("كۆبانێ", "كوباني", "كوباني")]
    [InlineData("تۇرپان", "توربان", "توربان")]
    [InlineData("ۋان", "وان", "وان")]
    [InlineData("ڨفصة", "قفصة", "قفصه")]
    [InlineData("أڭادير", "أكادير", "اكادير")]
    // Presentation forms of such letters fold with them.
    [InlineData("ﭘﺎرﯾﺲ", "باريس", "باريس")]
    // Presentation forms open: lam-alef to two letters, a ligature of a whole word to its letters.
    [InlineData("ﻻ", "لا", "لا")]
    [InlineData("ﺳﻼﻡ", "سلام", "سلام")]
    [InlineData("ﷲ", "الله", "الله")]
    [InlineData("ﷺ", "صلى الله عليه وسلم", "صلي الله عليه وسلم")]
    // Presentation forms of vowel marks fold away with the marks.
    [InlineData("بﹷ", "ب", "ب")]
    // Direction marks, joiners and the BOM go.
    [InlineData("\u202Bغ\u200Fز\u200Cة\u202C\uFEFF", "غزة", "غزه")]
    // Latin keeps its case for the model; keys have none, accents apart.
    [InlineData("Google", "Google", "google")]
    [InlineData("ÉTÉ", "ÉTÉ", "été")]
    // Extended Arabic-Indic digits are Arabic-Indic ones; to a key all digits are alike.
    [InlineData("٢٠٢٤", "٢٠٢٤", "2024")]
    [InlineData("۲۰۲۴", "٢٠٢٤", "2024")]
    [InlineData("2024", "2024", "2024")]
    // Nothing but marks folds to nothing.
    [InlineData("ًـ", "", "")]
    [InlineData("", "", "")]
    public void Words_fold_as_documented(string word, string model, string key)
    {
        Assert.Equal(model, ArabicFolding.Fold(word, FoldingProfile.Model));
        Assert.Equal(key, ArabicFolding.Fold(word, FoldingProfile.GazetteerKey));
    }

    [Fact]
    public void No_letter_of_the_Arabic_block_that_Arabic_does_not_write_is_left()
    {
        const string Arabic = "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي٠١٢٣٤٥٦٧٨٩";
        for (var c = '\u0600'; c <= '\u06FF'; c++)
        {
            if (!char.IsLetterOrDigit(c) || ArabicFolding.Fold([c], FoldingProfile.Model) is not { Length: > 0 } folded)
                continue;
            Assert.True(Arabic.Contains(folded, StringComparison.Ordinal), $"U+{(int)c:X4} folds to {folded}");
            if (Arabic.Contains(c))
                Assert.Equal([c], folded);
        }
    }

    [Theory]
    // The splitter lets these stand inside a word, so the key, unlike the model's exact recipe, looks through them: ALM, soft hyphen, word joiner.
    [InlineData("غ\u061Cزة")]
    [InlineData("غ\u00ADزة")]
    [InlineData("غ\u2060زة")]
    public void The_key_drops_every_invisible_character_that_a_word_may_hold(string word) =>
        Assert.Equal("غزه", ArabicFolding.Fold(word, FoldingProfile.GazetteerKey));

    [Fact]
    public void A_word_longer_than_the_stack_buffer_folds_the_same()
    {
        var word = string.Concat(Enumerable.Repeat("قـُﷺ", 1_000));
        Assert.Equal(string.Concat(Enumerable.Repeat("قصلى الله عليه وسلم", 1_000)), ArabicFolding.Fold(word, FoldingProfile.Model));
    }

    [Fact]
    public void A_buffer_that_is_too_small_is_refused_with_both_lengths()
    {
        var error = Assert.Throws<ArgumentException>(() => ArabicFolding.Fold("ﷺ", new char[17], [], FoldingProfile.Model));
        Assert.Contains("18", error.Message, StringComparison.Ordinal);
        Assert.Contains("17", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => ArabicFolding.Fold("غزة", new char[3], new int[2], FoldingProfile.Model));
    }
}
