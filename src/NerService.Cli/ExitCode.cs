using NerService.Batch;

namespace NerService.Cli;

/// <summary>What a command ends with; the numbers are part of the command line's contract.</summary>
internal static class ExitCode
{
    /// <summary>Everything was answered.</summary>
    internal const int Success = 0;

    /// <summary>Something failed that none of the others names, or some documents were answered with an error.</summary>
    internal const int Failure = 1;

    /// <summary>The model or gazetteer cannot be loaded.</summary>
    internal const int ModelUnusable = 4;

    /// <inheritdoc cref="BatchFailure"/>
    internal const int Usage = (int)BatchFailure.Usage,
        BadInput = (int)BatchFailure.BadInput,
        ServerRefused = (int)BatchFailure.ServerRefused,
        TooManyErrors = (int)BatchFailure.TooManyErrors,
        CheckpointMismatch = (int)BatchFailure.CheckpointMismatch,
        OutputUnwritable = (int)BatchFailure.OutputUnwritable;

    /// <summary>Interrupted (Ctrl+C).</summary>
    internal const int Interrupted = 130;

    /// <summary>The list above, for the help of the command line as a whole.</summary>
    internal const string Help =
        "Exit codes: 0 answered; 1 failed, or some documents were refused; 2 wrong usage; 3 unreadable input; 4 model or gazetteer cannot be "
        + "loaded; 5 server unreachable or refusing; 6 more documents failed than --max-errors allows; 7 what is there belongs to another "
        + "job; 8 output cannot be written; 130 interrupted.";
}
