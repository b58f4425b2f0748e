using NerService.Text.Documents;
using NerService.Text.Words;

namespace NerService.Text.Tests.Words;

public class HashtagsTests
{
    [Theory]
    [InlineData("القمة #السعودية_قطر اليوم", "السعودية_قطر")]
    [InlineData("#محمد_صلاح و＃ريال_مدريد", "محمد_صلاح ريال_مدريد")]
    // Joined twice over, and with a direction mark.
    [InlineData("#كأس__العالم_\u200F2022", "كأس__العالم_\u200F2022")]
    // One word, two hashtags without a space, and no hashtag at all.
    [InlineData("#قطر ثم #مصر#السودان أو اسم_مستعار", "")]
    public void A_hashtag_of_several_words_is_what_underscores_join(string text, string hashtags)
    {
        var source = SourceText.FromText(text);
        Assert.Equal(hashtags, string.Join(' ', Hashtags.OfSeveralWords(source).Select(words => source.SpanOf(words).Of(text))));
    }

    // The caller's words are words, whatever they hold.
    [Fact]
    public void Words_that_the_caller_split_are_in_no_hashtag() =>
        Assert.Empty(Hashtags.OfSeveralWords(SourceText.FromTokens(["#السعودية_قطر", "_"])));
}
