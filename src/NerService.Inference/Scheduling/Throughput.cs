namespace NerService.Inference.Scheduling;

/// <summary>
/// Measures what the model does with all of its cores busy, averaged over the latest runs. Not thread-safe; the scheduler guards it.
/// </summary>
/// <param name="cores">Cores in all.</param>
internal sealed class Throughput(int cores)
{
    /// <summary>How much of the average a run leaves to those before it: some twenty runs count.</summary>
    private const double Memory = 0.95;

    private readonly int _coldRuns = cores + 2;
    private double _tokens,
        _coreSeconds;
    private int _runs;

    /// <summary>Padded subwords a second; 0 until enough runs were measured.</summary>
    internal double TokensPerSecond { get; private set; }

    /// <summary>
    /// Counts a run. The first ones are left out: a session that has just been loaded still allocates its memory and is several times as slow.
    /// </summary>
    /// <param name="tokens">Padded subwords.</param>
    /// <param name="elapsed">How long it took.</param>
    /// <param name="used">Cores it ran on.</param>
    internal void Add(int tokens, TimeSpan elapsed, int used)
    {
        if (++_runs <= _coldRuns || elapsed <= TimeSpan.Zero)
            return;
        _tokens = Memory * _tokens + tokens;
        _coreSeconds = Memory * _coreSeconds + elapsed.TotalSeconds * used;
        if (_runs >= 2 * _coldRuns)
            TokensPerSecond = cores * _tokens / _coreSeconds;
    }
}
