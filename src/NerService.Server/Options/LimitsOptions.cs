using System.ComponentModel.DataAnnotations;
using NerService.Server.Memory;

namespace NerService.Server.Options;

/// <summary>What a request may weigh.</summary>
internal sealed class LimitsOptions : ICheckedOptions
{
    public static string Section => "Ner:Limits";

    /// <summary>UTF-16 code units of a document's text, or of its tokens joined by one space.</summary>
    [Range(1, 100_000_000)]
    public int MaxTextLength { get; set; } = 1_000_000;

    /// <summary>Tokens of a document.</summary>
    [Range(1, 100_000_000)]
    public int MaxTokens { get; set; } = 200_000;

    /// <summary>UTF-16 code units of one token.</summary>
    [Range(1, 1_000_000)]
    public int MaxTokenLength { get; set; } = 1_000;

    /// <summary>Bytes of one request message.</summary>
    [Range(1_024, 1_073_741_824)]
    public int MaxMessageBytes { get; set; } = 8 * 1024 * 1024;

    /// <summary>Documents of one batch call.</summary>
    [Range(1, 1_000_000)]
    public int MaxBatchDocuments { get; set; } = 1_000;

    /// <summary>Entries, and denied surfaces, of a request each.</summary>
    [Range(0, 1_000_000)]
    public int MaxGazetteerEntries { get; set; } = 1_000;

    /// <summary>UTF-16 code units of a document id.</summary>
    [Range(0, 65_536)]
    public int MaxDocumentIdLength { get; set; } = 256;

    /// <summary>Calls and streams under way on one connection.</summary>
    [Range(1, 1_000_000)]
    public int MaxStreamsPerConnection { get; set; } = 1_000;

    /// <summary>Connections open at once; 0: any number.</summary>
    [Range(0, 10_000_000)]
    public int MaxConnections { get; set; } = 10_000;

    /// <summary>
    /// Bytes that requests hold in all, from what is read of them to their answers; beyond it streams wait, and calls are refused after a moment.
    /// </summary>
    public long MaxBytesInFlight { get; set; } = 128 * 1024 * 1024;

    /// <summary>
    /// Seconds that an answer, of a stream each by itself, may wait for its caller to read it; then the call is ended, over HTTP/2 by a code that
    /// gRPC clients take for RESOURCE_EXHAUSTED.
    /// </summary>
    public int MaxUnreadSeconds { get; set; } = 300;

    public void Check(OptionErrors errors) =>
        errors
            // A stream's document must fit in the half that streams may use.
            .Range(nameof(MaxBytesInFlight), MaxBytesInFlight, 2L * MaxMessageBytes, 1L << 40)
            .Range(nameof(MaxUnreadSeconds), MaxUnreadSeconds, (int)ByteBudget.Patience.TotalSeconds, 86_400);
}
