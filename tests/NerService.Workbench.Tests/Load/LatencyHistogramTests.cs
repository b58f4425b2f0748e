using NerService.Workbench.Load;

namespace NerService.Workbench.Tests.Load;

public sealed class LatencyHistogramTests
{
    [Fact]
    public void Bins_follow_each_other_without_a_gap_and_hold_every_latency()
    {
        var histogram = LatencyHistogram.Of(new[] { 0.5, 1, 1.1, 40, 41 }.Select(TimeSpan.FromMilliseconds));
        var bins = histogram.Bins();
        Assert.Equal(5, bins.Sum(bin => bin.Count));
        Assert.Equal(Enumerable.Range(bins[0].Number, bins.Count), bins.Select(bin => bin.Number));
        Assert.InRange(0.5, bins[0].FromMs, bins[0].ToMs);
        Assert.InRange(41, bins[^1].FromMs, bins[^1].ToMs);
        Assert.Equal(2, bins[^1].Count);
        Assert.Contains(bins, bin => bin.Count == 0);
    }

    [Fact]
    public void An_empty_histogram_has_no_bins() => Assert.Empty(LatencyHistogram.Of([]).Bins());
}
