using CsCheck;
using NerService.Inference.Scheduling;

namespace NerService.Inference.Tests.Scheduling;

public sealed class LengthBucketsTests
{
    [Fact]
    public void A_window_is_padded_to_the_shortest_length_that_holds_it() =>
        Gen.Select(Gen.Int[1, 512], Gen.Int[0, 511])
            .Sample(
                (max, less) =>
                {
                    var buckets = new LengthBuckets(max, 512);
                    var length = Math.Max(1, max - less);
                    var fit = buckets.Fit(length);
                    Assert.True(fit >= length);
                    Assert.All(Enumerable.Range(length, fit - length), other => Assert.Equal(fit, buckets.Fit(other)));
                }
            );

    [Fact]
    public void No_bucket_is_longer_than_the_models_positions() => Assert.Equal(500, new LengthBuckets(500, 500).MaxLength);

    [Fact]
    public void At_most_one_subword_in_eight_is_padding_above_20()
    {
        var buckets = new LengthBuckets(512, 512);
        for (var length = 21; length <= 512; length++)
            Assert.True(buckets.Fit(length) - length <= buckets.Fit(length) / 8.0);
    }
}
