using NerService.Contracts.V1;

namespace NerService.Batch.Tagging;

/// <summary>Answers documents, in process or by a server; whoever asks cannot tell which. Any number at once.</summary>
internal interface ITagger : IAsyncDisposable
{
    /// <summary>Documents to have under way at once.</summary>
    int Concurrency { get; }

    /// <summary>Says what answers. A server is asked.</summary>
    /// <exception cref="BatchException">The server cannot be reached, or refuses.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    Task<TaggerInfo> DescribeAsync(CancellationToken cancellationToken);

    /// <summary>Answers one document as the options say, which are the same object for all of a job.</summary>
    /// <exception cref="BatchException">The server cannot be reached, or refuses whatever it is asked.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    Task<TaggingOutcome> TagAsync(Document document, ExtractionOptions options, CancellationToken cancellationToken);
}

/// <summary>What answers.</summary>
/// <param name="ModelVersion">The model's name@version.</param>
/// <param name="GazetteerVersion">The gazetteer's version; empty without one.</param>
/// <param name="WordLabels">Names of the labels that posteriors count, in their order.</param>
/// <param name="Identity">What the answers depend on, for a checkpoint: name and value of each thing.</param>
internal sealed record TaggerInfo(
    string ModelVersion,
    string GazetteerVersion,
    IReadOnlyList<string> WordLabels,
    IReadOnlyList<KeyValuePair<string, string>> Identity
)
{
    /// <summary>The same options for this model and gazetteer: others refuse to answer, so that a job never mixes two.</summary>
    internal ExtractionOptions Hold(ExtractionOptions options) => new(options) { ModelVersion = ModelVersion, GazetteerVersion = GazetteerVersion };
}

/// <summary>What became of a document.</summary>
/// <param name="Response">The answer; null when there is an error.</param>
/// <param name="Error">Why this document has no answer; null when it has one.</param>
/// <param name="IsFinal">Whether the error would be the same however often the document were asked about.</param>
internal readonly record struct TaggingOutcome(ExtractEntitiesResponse? Response, string? Error, bool IsFinal = false)
{
    internal static TaggingOutcome Refused(string error) => new(null, error, IsFinal: true);
}
