namespace NerService.Batch;

/// <summary>Why a job ended before its time; each has an exit code of its own on the command line.</summary>
internal enum BatchFailure
{
    /// <summary>An option is wrong.</summary>
    Usage,

    /// <summary>The input cannot be read: missing, not in its format.</summary>
    BadInput,

    /// <summary>The server cannot be reached, refused for good, or answers with another model than it began with.</summary>
    ServerRefused,

    /// <summary>More documents failed than --max-errors allows.</summary>
    TooManyErrors,

    /// <summary>What is there already was made from other input, options, model or gazetteer.</summary>
    CheckpointMismatch,

    /// <summary>The output cannot be written: disk full, no permission.</summary>
    OutputUnwritable,

    /// <summary>The queue's server has lost documents or answers, as one does that was restored from an older copy.</summary>
    ResultsLost,
}

/// <summary>Ends a job with a message for its user.</summary>
internal sealed class BatchException(BatchFailure failure, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Why.</summary>
    internal BatchFailure Failure { get; } = failure;
}
