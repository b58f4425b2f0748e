namespace NerService.Batch;

/// <summary>Why a job ended before its time: the exit code of the command line.</summary>
internal enum BatchFailure
{
    /// <summary>An option is wrong.</summary>
    Usage = 2,

    /// <summary>The input cannot be read: missing, not in its format.</summary>
    BadInput = 3,

    /// <summary>The server cannot be reached, refused for good, or answers with another model than it began with.</summary>
    ServerRefused = 5,

    /// <summary>More documents failed than --max-errors allows.</summary>
    TooManyErrors = 6,

    /// <summary>What is there already was made from other input, options, model or gazetteer.</summary>
    CheckpointMismatch = 7,

    /// <summary>The output cannot be written: disk full, no permission.</summary>
    OutputUnwritable = 8,

    /// <summary>The queue's server has lost documents or answers, as one does that was restored from an older copy.</summary>
    ResultsLost = 1,
}

/// <summary>Ends a job with a message for its user.</summary>
internal sealed class BatchException(BatchFailure failure, string message, Exception? inner = null) : Exception(message, inner)
{
    internal BatchFailure Failure { get; } = failure;
}
