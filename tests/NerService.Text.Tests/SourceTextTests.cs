using CsCheck;

namespace NerService.Text.Tests;

public class SourceTextTests
{
    [Fact]
    public void Running_text_is_kept_as_it_is() => RandomText.Text.Sample(text =>
    {
        var source = SourceText.FromText(text);
        Assert.Same(text, source.Text);
        Assert.False(source.IsTokenized);
        Assert.Equal(WordSplitter.Split(text), source.Words.ToArray());
    }, iter: 1_000);

    [Fact]
    public void Each_token_has_its_place_however_odd_it_is() => RandomText.Text.Array[0, 12].Sample(tokens =>
    {
        var source = SourceText.FromTokens(tokens);
        Assert.True(source.IsTokenized);
        Assert.Equal(tokens.Length, source.WordCount);
        Assert.Equal(string.Join(' ', tokens), source.Text);
        for (var i = 0; i < tokens.Length; i++) Assert.Equal(tokens[i], source.Word(i).ToString());
    }, iter: 2_000);

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
