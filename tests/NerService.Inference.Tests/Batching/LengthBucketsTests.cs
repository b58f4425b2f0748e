using CsCheck;
using NerService.Inference.Batching;

namespace NerService.Inference.Tests.Batching;

public sealed class LengthBucketsTests
{
    [Fact]
    public void A_window_gets_the_shortest_bucket_that_holds_it() =>
        Gen.Select(Gen.Int[1, 512], Gen.Int[0, 511]).Sample((max, less) =>
        {
            var buckets = new LengthBuckets(max, 512);
            var length = Math.Max(1, max - less);
            var bucket = buckets.IndexOf(length);
            Assert.True(buckets.Length(bucket) >= length && (bucket == 0 || buckets.Length(bucket - 1) < length));
        });

    [Fact]
    public void No_bucket_is_longer_than_the_models_positions() => Assert.Equal(500, new LengthBuckets(500, 500).MaxLength);

    [Fact]
    public void At_most_one_subword_in_eight_is_padding_above_56()
    {
        var buckets = new LengthBuckets(512, 512);
        for (var length = 57; length <= 512; length++) Assert.True(buckets.Length(buckets.IndexOf(length)) - length <= buckets.Length(buckets.IndexOf(length)) / 8.0);
    }
}
