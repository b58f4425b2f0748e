namespace NerService.Inference;

/// <summary>Why a document is not taken on.</summary>
public enum AdmissionFailure
{
    /// <summary>As much waits as may.</summary>
    QueueFull,

    /// <summary>The deadline would probably pass before the answer.</summary>
    DeadlineUnreachable,
}

/// <summary>The model is too busy to take the document on; nothing was done for it.</summary>
public sealed class AdmissionException : Exception
{
    /// <summary>Creates the exception.</summary>
    public AdmissionException(AdmissionFailure failure, string message, TimeSpan retryAfter)
        : base(message) => (Failure, RetryAfter) = (failure, retryAfter);

    /// <summary>Why.</summary>
    public AdmissionFailure Failure { get; }

    /// <summary>Padded subwords that may wait in all; 0 where the queue is not the reason.</summary>
    public long Limit { get; init; }

    /// <summary>Padded subwords of the caller that wait already.</summary>
    public long Found { get; init; }

    /// <summary>When trying again makes sense; 50 milliseconds to 30 seconds.</summary>
    public TimeSpan RetryAfter { get; }
}
