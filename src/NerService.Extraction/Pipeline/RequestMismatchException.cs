namespace NerService.Extraction.Pipeline;

/// <summary>What of a request does not fit what is loaded.</summary>
public enum RequestMismatch
{
    /// <summary>It asks for a label that neither the model nor a gazetteer has.</summary>
    Label,

    /// <summary>It sets the least confidence of such a label.</summary>
    MinConfidenceLabel,

    /// <summary>It asks for another model.</summary>
    ModelVersion,

    /// <summary>It asks for another gazetteer.</summary>
    GazetteerVersion,
}

/// <summary>A request asks for something else than what is loaded; the same request may fit later.</summary>
/// <param name="mismatch">What does not fit.</param>
/// <param name="asked">What the request asks for.</param>
/// <param name="loaded">What there is.</param>
public sealed class RequestMismatchException(RequestMismatch mismatch, string asked, string loaded) : Exception(Text(mismatch, asked, loaded))
{
    /// <summary>What does not fit.</summary>
    public RequestMismatch Mismatch { get; } = mismatch;

    /// <summary>What the request asks for.</summary>
    public string Asked { get; } = asked;

    /// <summary>What there is; of labels all, separated by a comma and a space.</summary>
    public string Loaded { get; } = loaded;

    private static string Text(RequestMismatch mismatch, string asked, string loaded) =>
        mismatch switch
        {
            RequestMismatch.Label or RequestMismatch.MinConfidenceLabel => $"There is no label '{asked}'; the labels are {loaded}.",
            RequestMismatch.ModelVersion => $"The model '{asked}' was asked for, and '{loaded}' is serving.",
            _ => $"The gazetteer '{asked}' was asked for, and '{loaded}' is serving.",
        };
}
