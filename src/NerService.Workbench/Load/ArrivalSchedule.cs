namespace NerService.Workbench.Load;

/// <summary>When the callers of an open loop come.</summary>
internal static class ArrivalSchedule
{
    /// <summary>
    /// Arrivals of a Poisson process: many callers who know nothing of one another. The gaps are exponential and independent of how fast the server
    /// is, so a slow answer delays nobody's arrival.
    /// </summary>
    /// <param name="perSecond">Arrivals a second on average; above 0.</param>
    /// <param name="seed">The same seed gives the same arrivals.</param>
    /// <returns>Times since the start, ascending, without end.</returns>
    internal static IEnumerable<TimeSpan> Poisson(double perSecond, int seed)
    {
        var random = new Random(seed);
        for (var seconds = 0.0; ; )
        {
            // 1 - x: NextDouble can be 0, and ln 0 is not a number.
            seconds -= Math.Log(1 - random.NextDouble()) / perSecond;
            yield return TimeSpan.FromSeconds(seconds);
        }
    }
}
