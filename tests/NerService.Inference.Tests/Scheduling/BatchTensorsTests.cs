using NerService.Inference.Scheduling;
using NerService.Inference.Tokenization;
using NerService.Inference.Windowing;
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

    // The second word's proclitics are its first subword; the one behind them stands for it.
    [Fact]
    public void What_a_word_is_told_goes_in_and_its_label_comes_out_where_its_head_is()
    {
        var layout = FeatureLayout.Of(["LOC-B"], "model.json");
        var document = new EncodedDocument([20, 21, 22], [0, 1, 3], heads: [0, 2]).WithFeatures([WordFeatures.None, WordFeatures.LocationBegin]);
        var words = new WordRange(0, 2);
        var batch = BatchTensors.Allocate(5, layout.Width);
        batch.Write(0, document, words, new SpecialTokens(7, 8, 9), layout);
        Assert.Equal([0, 0, 0, 1, 0], batch.Features.ToArray());

        var work = new DocumentWork(document, [new Window(words, words)], output: 0, labels: 1, new ClassificationOptions());
        work.CompleteWindow(0, [0, 0.1f, 0.2f, 0.3f, 0], TimeSpan.Zero, TimeSpan.Zero);
        Assert.Equal([0.1f, 0.3f], work.Logits);
    }
}
