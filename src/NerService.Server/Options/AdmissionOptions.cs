using System.ComponentModel.DataAnnotations;
using NerService.Inference;

namespace NerService.Server.Options;

/// <summary>How much work the server takes on.</summary>
internal sealed class AdmissionOptions : ICheckedOptions
{
    public static string Section => "Ner:Admission";

    /// <summary>Padded subwords of calls that wait, in all. A caller that has as many waiting as there is room left is refused, so that there is
    /// always room for others; streams are slowed down instead.</summary>
    [Range(1, 1_000_000_000)]
    public int MaxQueuedPaddedSubwords { get; set; } = new InferenceOptions().MaxQueuedPaddedSubwords;

    /// <summary>Documents that a stream has under way at once.</summary>
    [Range(1, 10_000)]
    public int MaxDocumentsPerStream { get; set; } = 32;

    /// <summary>Calls and streams that one API key has under way at once.</summary>
    [Range(1, 1_000_000)]
    public int MaxConcurrentCallsPerKey { get; set; } = 256;
}
