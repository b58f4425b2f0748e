using NerService.Inference;
using NerService.Server.Errors;

namespace NerService.Server.Options;

/// <summary>How much work the server takes on.</summary>
internal sealed class AdmissionOptions : ICheckedOptions
{
    public static string Section => "Ner:Admission";

    /// <summary>Padded subwords of calls that wait, in all. A caller that has as many waiting as there is room left is refused, so that there is
    /// always room for others; streams are slowed down instead.</summary>
    public int MaxQueuedPaddedSubwords { get; set; } = new InferenceOptions().MaxQueuedPaddedSubwords;

    /// <summary>Documents that a stream has under way at once.</summary>
    public int MaxDocumentsPerStream { get; set; } = 32;

    /// <summary>Calls and streams that one API key has under way at once.</summary>
    public int MaxConcurrentCallsPerKey { get; set; } = 256;

    public void Check(OptionErrors errors) =>
        errors
            .Range(nameof(MaxQueuedPaddedSubwords), MaxQueuedPaddedSubwords, 1, 1_000_000_000)
            .Range(nameof(MaxDocumentsPerStream), MaxDocumentsPerStream, 1, 10_000)
            .Range(nameof(MaxConcurrentCallsPerKey), MaxConcurrentCallsPerKey, 1, 1_000_000);
}
