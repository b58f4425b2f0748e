using NerService.Workbench.Load;

namespace NerService.Workbench.Tests.Load;

public sealed class ArrivalScheduleTests
{
    [Fact]
    public void Arrivals_ascend_and_are_as_many_a_second_as_asked()
    {
        var arrivals = ArrivalSchedule.Poisson(50, seed: 1).TakeWhile(time => time < TimeSpan.FromSeconds(200)).ToArray();
        Assert.Equal(arrivals.Order(), arrivals);
        // 10,000 on average with a standard deviation of 100.
        Assert.InRange(arrivals.Length, 9_600, 10_400);
    }

    [Fact]
    public void Gaps_are_as_irregular_as_those_of_callers_who_know_nothing_of_one_another()
    {
        var arrivals = ArrivalSchedule.Poisson(10, seed: 2).Take(10_000).Select(time => time.TotalSeconds).ToArray();
        var gaps = arrivals.Zip(arrivals.Skip(1), (earlier, later) => later - earlier).ToArray();
        var mean = gaps.Average();
        var deviation = Math.Sqrt(gaps.Average(gap => (gap - mean) * (gap - mean)));
        // Of an exponential distribution both are 1/rate.
        Assert.Equal(0.1, mean, 0.005);
        Assert.Equal(0.1, deviation, 0.005);
    }

    [Fact]
    public void The_same_seed_gives_the_same_arrivals_and_another_gives_others()
    {
        var arrivals = ArrivalSchedule.Poisson(5, seed: 3).Take(20).ToArray();
        Assert.Equal(arrivals, ArrivalSchedule.Poisson(5, seed: 3).Take(20));
        Assert.NotEqual(arrivals, ArrivalSchedule.Poisson(5, seed: 4).Take(20));
    }
}
