using NerService.Server.Hosting;

namespace NerService.Server.Admission;

/// <summary>How much work the server takes on.</summary>
internal sealed class AdmissionOptions : ICheckedOptions
{
    public static string Section => "Ner:Admission";

    /// <summary>Subwords waiting in all. A call that finds so many is refused; a stream waits from half of it on.</summary>
    public int MaxQueuedTokens { get; set; } = 65_536;

    /// <summary>Documents that a stream has under way at once.</summary>
    public int MaxDocumentsPerStream { get; set; } = 32;

    /// <summary>Calls and streams that one API key has under way at once.</summary>
    public int MaxConcurrentCallsPerKey { get; set; } = 256;

    public void Check(OptionErrors errors) => errors
        .Range(nameof(MaxQueuedTokens), MaxQueuedTokens, 1, 1_000_000_000)
        .Range(nameof(MaxDocumentsPerStream), MaxDocumentsPerStream, 1, 10_000)
        .Range(nameof(MaxConcurrentCallsPerKey), MaxConcurrentCallsPerKey, 1, 1_000_000);
}
