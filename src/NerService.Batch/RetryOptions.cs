using Polly;
using Polly.Retry;

namespace NerService.Batch;

/// <summary>How patient one is with a server.</summary>
internal sealed record RetryOptions
{
    /// <summary>The longest time that a server may ask for.</summary>
    private static readonly TimeSpan MaxAsked = TimeSpan.FromHours(1);

    /// <summary>Tries in a row that fail before it gives up. Default 10, some four minutes.</summary>
    internal int Attempts { get; init; } = 10;

    /// <summary>
    /// The pause before the second try, about: pauses double, and vary by chance, so that those who failed together do not come back together.
    /// Default half a second.
    /// </summary>
    internal TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>The longest pause, beside what the server asks for. Default 60 seconds.</summary>
    internal TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(60);

    internal TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>For someone who waits at a terminal: what fails is told at once.</summary>
    internal static RetryOptions None { get; } = new() { Attempts = 1 };

    /// <summary>What runs a call, again where it failed.</summary>
    /// <param name="passes">Whether trying again can help against an error.</param>
    /// <param name="asked">How long the server asks to be left alone with an error; the pause begins after that.</param>
    internal ResiliencePipeline Pipeline(Func<Exception, bool> passes, Func<Exception, TimeSpan?> asked)
    {
        if (Attempts == 1)
            return ResiliencePipeline.Empty;
        var retry = new RetryStrategyOptions
        {
            ShouldHandle = failed => ValueTask.FromResult(failed.Outcome.Exception is { } error && passes(error)),
            MaxRetryAttempts = Attempts - 1,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = FirstDelay,
            MaxDelay = MaxDelay,
            OnRetry = async failed =>
            {
                if (asked(failed.Outcome.Exception!) is { } time && time > TimeSpan.Zero)
                    await Task.Delay(time < MaxAsked ? time : MaxAsked, Time, failed.Context.CancellationToken);
            },
        };
        return new ResiliencePipelineBuilder { TimeProvider = Time }
            .AddRetry(retry)
            .Build();
    }
}
