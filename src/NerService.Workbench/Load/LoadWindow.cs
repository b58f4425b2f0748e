namespace NerService.Workbench.Load;

/// <summary>
/// The time of one load: first a warm-up that is not measured, then what is. What begins in the measured part counts, also when it ends later.
/// </summary>
/// <param name="Warmup">Length of the part that is not measured.</param>
/// <param name="Duration">Length of the measured part.</param>
/// <param name="Time">The clock.</param>
internal sealed record LoadWindow(TimeSpan Warmup, TimeSpan Duration, TimeProvider Time)
{
    private readonly long _started = Time.GetTimestamp();

    /// <summary>Time since the window began.</summary>
    internal TimeSpan Elapsed => Time.GetElapsedTime(_started);

    /// <summary>When nothing more begins.</summary>
    internal TimeSpan End => Warmup + Duration;

    /// <summary>Whether nothing more begins.</summary>
    internal bool IsOver => Elapsed >= End;

    /// <summary>Whether what begins then counts.</summary>
    internal bool Measures(TimeSpan begun) => begun >= Warmup && begun < End;
}
