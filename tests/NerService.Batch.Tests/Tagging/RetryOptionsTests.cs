using NerService.Batch.Tagging;

namespace NerService.Batch.Tests.Tagging;

public sealed class RetryOptionsTests
{
    [Fact]
    public void Pauses_double_up_to_the_longest()
    {
        var retry = new RetryOptions { FirstDelay = TimeSpan.FromSeconds(0.5), MaxDelay = TimeSpan.FromSeconds(5) };
        Assert.Equal([0.5, 1, 2, 4, 5, 5], Enumerable.Range(1, 6).Select(failures => retry.DelayAfter(failures).TotalSeconds));
        Assert.Equal(5, retry.DelayAfter(int.MaxValue).TotalSeconds);
    }
}
