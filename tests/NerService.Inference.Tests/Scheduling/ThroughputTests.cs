using NerService.Inference.Scheduling;

namespace NerService.Inference.Tests.Scheduling;

public sealed class ThroughputTests
{
    [Fact]
    public void The_rate_is_that_of_all_cores_and_leaves_out_the_first_slow_runs()
    {
        var throughput = new Throughput(cores: 2);
        for (var i = 0; i < 4; i++)
            throughput.Add(100, TimeSpan.FromSeconds(10), used: 1);
        Assert.Equal(0, throughput.TokensPerSecond);
        for (var i = 0; i < 4; i++)
            throughput.Add(100, TimeSpan.FromSeconds(0.1), used: 1);
        Assert.Equal(2_000, throughput.TokensPerSecond, 1e-6);
        for (var i = 0; i < 200; i++)
            throughput.Add(100, TimeSpan.FromSeconds(0.1), used: 2);
        Assert.Equal(1_000, throughput.TokensPerSecond, 1);
    }
}
