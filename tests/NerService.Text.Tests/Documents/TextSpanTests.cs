using NerService.Text.Documents;

namespace NerService.Text.Tests.Documents;

public class TextSpanTests
{
    [Fact]
    public void Spans_that_only_touch_do_not_overlap()
    {
        Assert.False(new TextSpan(0, 3).Overlaps(new TextSpan(3, 5)));
        Assert.True(new TextSpan(0, 4).Overlaps(new TextSpan(3, 5)));
        Assert.False(new WordRange(0, 3).Overlaps(new WordRange(3, 5)));
        Assert.True(new WordRange(0, 4).Overlaps(new WordRange(3, 5)));
    }

    [Fact]
    public void A_span_contains_itself_and_what_lies_within()
    {
        Assert.True(new TextSpan(2, 5).Contains(new TextSpan(2, 5)));
        Assert.True(new TextSpan(2, 5).Contains(new TextSpan(3, 3)));
        Assert.False(new TextSpan(2, 5).Contains(new TextSpan(1, 3)));
        Assert.True(new WordRange(1, 4).Contains(new WordRange(1, 4)));
        Assert.True(new WordRange(1, 4).Contains(new WordRange(2, 3)));
        Assert.False(new WordRange(1, 4).Contains(new WordRange(0, 2)));
        Assert.False(new WordRange(1, 4).Contains(new WordRange(3, 5)));
    }

    [Fact]
    public void A_span_past_the_text_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new TextSpan(1, 9).Of("غزة"));
}
