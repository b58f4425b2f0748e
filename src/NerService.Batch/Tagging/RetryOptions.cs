namespace NerService.Batch.Tagging;

/// <summary>How patient a tagger is with its server.</summary>
internal sealed record RetryOptions
{
    /// <summary>Tries in a row that fail before it gives up. Default 10, some four minutes.</summary>
    internal int Attempts { get; init; } = 10;

    /// <summary>The pause before the second try; it doubles each time. Default half a second.</summary>
    internal TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>The longest pause. Default 60 seconds.</summary>
    internal TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The clock of the pauses.</summary>
    internal TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>For someone who waits at a terminal: what fails is told at once.</summary>
    internal static RetryOptions None { get; } = new() { Attempts = 1 };

    /// <summary>The pause after a number of failures in a row, from 1.</summary>
    internal TimeSpan DelayAfter(int failures) => TimeSpan.FromTicks(Math.Min(MaxDelay.Ticks, FirstDelay.Ticks << Math.Min(failures - 1, 20)));
}
