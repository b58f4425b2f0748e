using NerService.Inference.Decoding;

namespace NerService.Inference.Tests.Decoding;

public sealed class LabelSetTests
{
    [Theory]
    [InlineData("", "There is no label")]
    [InlineData("O B-PER B-PER", "A label is repeated")]
    [InlineData("B-PER I-PER", "There is no label O")]
    [InlineData("O B-PER PER", "'PER' is neither O nor B-X nor I-X")]
    [InlineData("O B-", "'B-' is neither O nor B-X nor I-X")]
    [InlineData("O B-PER I-LOC", "I-LOC has no B-LOC")]
    public void A_set_that_makes_no_sense_is_refused_with_the_reason(string labels, string reason)
    {
        var error = Assert.Throws<ArgumentException>(() => new LabelSet(labels.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_know_their_type_and_their_place_in_an_entity()
    {
        var labels = new LabelSet(["O", "B-PER", "I-PER", "B-LOC"]);
        Assert.Equal((0, ""), (labels.Outside, labels.Type(0)));
        Assert.True(labels.IsInside(2) && !labels.IsInside(1) && !labels.IsInside(0));
        Assert.Equal((1, 2, -1, 3), (labels.BeginOf("PER"), labels.InsideOf("PER"), labels.InsideOf("LOC"), labels.BeginOf("LOC")));
        Assert.True(labels.MayFollow(1, 2) && labels.MayFollow(2, 2) && !labels.MayFollow(0, 2) && !labels.MayFollow(3, 2) && labels.MayFollow(3, 1));
    }
}
