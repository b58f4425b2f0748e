namespace NerService.Workbench.Load;

/// <summary>The server's own counters, since its start or, as a difference, of one load.</summary>
/// <param name="Received">Documents that came.</param>
/// <param name="Answered">Documents that ended with an answer.</param>
/// <param name="Refused">Documents not taken on.</param>
/// <param name="Cancelled">Documents whose caller left or whose deadline passed.</param>
/// <param name="Failed">Documents that ended with an error of the server's own.</param>
/// <param name="RealTokens">Subwords run, padding not counted.</param>
/// <param name="PaddedTokens">Subwords run, padding counted.</param>
internal sealed record ServerCounters(long Received, long Answered, long Refused, long Cancelled, long Failed, long RealTokens, long PaddedTokens)
{
    /// <summary>Documents that ended, however.</summary>
    internal long Ended => Answered + Refused + Cancelled + Failed;

    /// <summary>Whether every document that came has ended in exactly one way.</summary>
    internal bool AddUp => Received == Ended;

    /// <summary>Share of real subwords in what was run; 0 when nothing was.</summary>
    internal double BatchFill => PaddedTokens == 0 ? 0 : (double)RealTokens / PaddedTokens;

    /// <summary>Reads them off a metrics page.</summary>
    internal static ServerCounters From(IReadOnlyList<MetricSample> samples) =>
        new(
            Sum(samples, "ner_requests_received_total"),
            Sum(samples, "ner_requests_completed_total", "answered"),
            Sum(samples, "ner_requests_completed_total", "refused"),
            Sum(samples, "ner_requests_completed_total", "cancelled"),
            Sum(samples, "ner_requests_completed_total", "failed"),
            Sum(samples, "ner_inference_tokens_real_total"),
            Sum(samples, "ner_inference_tokens_padded_total")
        );

    /// <summary>What was counted between two readings.</summary>
    public static ServerCounters operator -(ServerCounters later, ServerCounters earlier) =>
        new(
            later.Received - earlier.Received,
            later.Answered - earlier.Answered,
            later.Refused - earlier.Refused,
            later.Cancelled - earlier.Cancelled,
            later.Failed - earlier.Failed,
            later.RealTokens - earlier.RealTokens,
            later.PaddedTokens - earlier.PaddedTokens
        );

    private static long Sum(IReadOnlyList<MetricSample> samples, string name, string? outcome = null) =>
        (long)samples.Where(s => s.Name == name && (outcome is null || s.Labels.GetValueOrDefault("outcome") == outcome)).Sum(s => s.Value);
}
