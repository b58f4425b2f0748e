using NerService.Inference.Scheduling;
using NerService.Inference.Tokenization;
using NerService.Text.Documents;

namespace NerService.Inference.Tests.Scheduling;

public sealed class BatchTensorsTests
{
    [Theory]
    [InlineData(7, new long[] { 7, 20, 21, 8, 9, 9 }, new long[] { 1, 1, 1, 1, 0, 0 })]
    // T5 has no special token before the text: what stands in its place is seen by nothing, and every subword keeps its place.
    [InlineData(null, new long[] { 9, 20, 21, 8, 9, 9 }, new long[] { 0, 1, 1, 1, 0, 0 })]
    public void A_window_stands_between_its_special_tokens_and_what_is_none_of_it_is_masked(int? begin, long[] ids, long[] mask)
    {
        var batch = BatchTensors.Allocate(6, 0);
        var document = new EncodedDocument([20, 21], [0, 1, 2]);
        Assert.Equal(4, batch.Write(0, document, new WordRange(0, 2), new SpecialTokens(begin, 8, 9), FeatureLayout.None));
        Assert.Equal(ids, batch.Ids.ToArray());
        Assert.Equal(mask, batch.Mask.ToArray());
    }
}
