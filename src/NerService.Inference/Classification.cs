using NerService.Inference.Decoding;

namespace NerService.Inference;

/// <summary>What the model thinks of a document.</summary>
/// <param name="Posteriors">One label distribution per word.</param>
/// <param name="Path">The most probable valid label sequence, one label index per word.</param>
/// <param name="Windows">Windows the document was cut into; 0 for a document without words.</param>
/// <param name="QueueTime">The longest wait of its windows.</param>
/// <param name="InferenceTime">Duration of the batches its windows were in, shared batches counted whole.</param>
public sealed record Classification(WordPosteriors Posteriors, int[] Path, int Windows, TimeSpan QueueTime, TimeSpan InferenceTime);

/// <summary>How a document is classified.</summary>
public record ClassificationOptions
{
    /// <summary>The output to read; null, the default, means the manifest's default output.</summary>
    public string? Output { get; init; }

    /// <summary>Whose share of the model it takes: callers share it equally while all want it. Default: empty, a caller like any other.</summary>
    public string Caller { get; init; } = "";

    /// <summary>
    /// Which work goes first; a document longer than some three printed pages is bulk work anyway. Default: <see cref="WorkPriority.Interactive"/>.
    /// </summary>
    public WorkPriority Priority { get; init; } = WorkPriority.Interactive;

    /// <summary>Whether the document is refused at once, with an <see cref="AdmissionException"/>, when too much waits or its deadline
    /// cannot be met, instead of waiting. Default: false.</summary>
    public bool MayBeRefused { get; init; }

    /// <summary>When the caller stops waiting; work still queued then is dropped. Null, the default: never.</summary>
    public DateTimeOffset? Deadline { get; init; }
}
