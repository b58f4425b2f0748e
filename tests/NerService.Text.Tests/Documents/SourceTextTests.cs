using CsCheck;
using NerService.Text.Documents;
using NerService.Text.Folding;
using NerService.Text.Words;

namespace NerService.Text.Tests.Documents;

public class SourceTextTests
{
    [Fact]
    public void Running_text_is_kept_as_it_is() =>
        RandomText.Text.Sample(
            text =>
            {
                var source = SourceText.FromText(text);
                Assert.Same(text, source.Text);
                Assert.False(source.IsTokenized);
                Assert.Equal(WordSplitter.Split(text), source.Words.ToArray());
            },
            iter: 1_000
        );

    [Theory]
    // No Arabic word begins with an alef before another one and a lam, after و ف ب ك neither: the letters are in the order that PDF programs leave.
    [InlineData("االمريكي", "الامريكي")]
    [InlineData("األمم", "الأمم")]
    [InlineData("اإلمارات", "الإمارات")]
    [InlineData("اآلثار", "الآثار")]
    [InlineData("واألردن", "والأردن")]
    [InlineData("فاإلمارات", "فالإمارات")]
    [InlineData("باالتحاد", "بالاتحاد")]
    [InlineData("كاألسد", "كالأسد")]
    [InlineData("وباألردن", "وبالأردن")]
    // What may be a word as it stands is left to those who know names.
    [InlineData("لألردن", "لألردن")]
    [InlineData("عالء", "عالء")]
    [InlineData("ألمانيا", "ألمانيا")]
    [InlineData("وألمانيا", "وألمانيا")]
    [InlineData("العراق", "العراق")]
    // Nothing is left after the two.
    [InlineData("اال", "اال")]
    [InlineData("واال", "واال")]
    public void A_word_with_its_lam_alef_turned_round_is_read_as_meant_and_stays_as_written(string written, string read)
    {
        foreach (var source in (SourceText[])[SourceText.FromText($"قال {written} نعم"), SourceText.FromTokens(["قال", written, "نعم"])])
        {
            Assert.Equal(read, source.Word(1).ToString());
            Assert.Equal($"قال {written} نعم", source.Text);
            Assert.Equal(written, source.Words[1].Of(source.Text));
            Assert.Equal(written != read, source.IsMended);
            Assert.Equal(ArabicFolding.Fold(read, FoldingProfile.GazetteerKey), source.Keys.Word(1).ToString());
        }
    }

    [Fact]
    public void A_reading_has_a_character_for_each_of_the_text()
    {
        var source = SourceText.FromText("وصل عالء");
        Assert.Equal("علاء", source.WithReading("وصل علاء").Word(1).ToString());
        Assert.Equal("عالء", source.WithReading("وصل علاء").Words[1].Of(source.Text));
        Assert.Contains("7", Assert.Throws<ArgumentException>(() => source.WithReading("وصل علا")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_words_are_folded_to_keys_once_for_each_reading()
    {
        var source = SourceText.FromText("وصل عالء");
        Assert.Same(source.Keys, source.Keys);
        Assert.Equal("عالء", source.Keys.Word(1).ToString());
        Assert.Equal("علاء", source.WithReading("وصل علاء").Keys.Word(1).ToString());
    }

    [Fact]
    public void Each_token_has_its_place_however_odd_it_is() =>
        RandomText
            .Text.Array[0, 12]
            .Sample(
                tokens =>
                {
                    var source = SourceText.FromTokens(tokens);
                    Assert.True(source.IsTokenized);
                    Assert.Equal(tokens.Length, source.WordCount);
                    Assert.Equal(string.Join(' ', tokens), source.Text);
                    for (var i = 0; i < tokens.Length; i++)
                        Assert.Equal(tokens[i], source.Words[i].Of(source.Text));
                },
                iter: 2_000
            );

    [Fact]
    public void Empty_looking_tokens_keep_their_places()
    {
        // The lone shadda, an empty token and a token with a space inside.
        var source = SourceText.FromTokens(["وزير", "ّ", "", "عبد الله"]);
        Assert.Equal([new TextSpan(0, 4), new TextSpan(5, 6), new TextSpan(7, 7), new TextSpan(8, 16)], source.Words.ToArray());
    }

    [Fact]
    public void No_tokens_are_an_empty_document()
    {
        var source = SourceText.FromTokens([]);
        Assert.Equal("", source.Text);
        Assert.Equal(0, source.WordCount);
    }

    [Fact]
    public void The_span_of_words_reaches_from_the_first_to_the_last()
    {
        var source = SourceText.FromText("التقى «سيرغي  لافروف» أمس");
        // The word between quotes to the last quote; two spaces lie between the names.
        Assert.Equal("سيرغي  لافروف", source.SpanOf(new WordRange(2, 4)).Of(source.Text));
    }

    [Fact]
    public void A_missing_token_is_refused_by_its_index() =>
        Assert.Contains("1", Assert.Throws<ArgumentException>(() => SourceText.FromTokens(["غزة", null!])).Message, StringComparison.Ordinal);
}
