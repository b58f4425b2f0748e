using System.Globalization;
using System.Text.Json.Nodes;
using NerService.Workbench.Load;

namespace NerService.Workbench.Benchmark;

/// <summary>What <c>ner bench</c> measured.</summary>
/// <param name="Model">name@version of the model and the graph that ran.</param>
/// <param name="Threads">Cores that inference uses.</param>
/// <param name="MaxBatchPaddedSubwords">Padded subwords a batch holds at most.</param>
/// <param name="Documents">Documents of one round.</param>
/// <param name="Words">Words of all documents.</param>
/// <param name="Subwords">Subwords of all words, neither special tokens nor padding counted.</param>
/// <param name="PaddingShare">Share of padding and special tokens among what the model ran.</param>
/// <param name="ExtractorSeconds">Of a round of the extractor, the median of the rounds.</param>
/// <param name="SessionSeconds">Of a round of the bare session, the median of the rounds.</param>
/// <param name="Ratio">Session's seconds over extractor's, the median over pairs of neighbouring rounds, so that noise weighs on both.</param>
/// <param name="Singles">Of one-sentence extractions, nothing else running.</param>
/// <param name="SingleMs">Milliseconds of such an extraction; median.</param>
/// <param name="SingleOutsideInference">Share of those milliseconds outside inference; median.</param>
/// <param name="Baseline">What it was compared with; null for nothing.</param>
internal sealed record BenchResult(
    string Model,
    int Threads,
    int MaxBatchPaddedSubwords,
    int Documents,
    int Words,
    int Subwords,
    double PaddingShare,
    double ExtractorSeconds,
    double SessionSeconds,
    double Ratio,
    LatencyHistogram Singles,
    double SingleMs,
    double SingleOutsideInference,
    BenchBaseline? Baseline
)
{
    /// <summary>The numbers as one line of JSON.</summary>
    internal string ToJson()
    {
        var json = new JsonObject
        {
            ["model"] = Model,
            ["threads"] = Threads,
            ["maxBatchPaddedSubwords"] = MaxBatchPaddedSubwords,
            ["documents"] = Documents,
            ["words"] = Words,
            ["subwords"] = Subwords,
            ["paddingShare"] = Math.Round(PaddingShare, 4),
            ["extractorWordsPerSecond"] = Math.Round(Words / ExtractorSeconds, 1),
            ["sessionWordsPerSecond"] = Math.Round(Words / SessionSeconds, 1),
            ["extractorSubwordsPerSecond"] = Math.Round(Subwords / ExtractorSeconds, 1),
            ["sessionSubwordsPerSecond"] = Math.Round(Subwords / SessionSeconds, 1),
            ["ratio"] = Math.Round(Ratio, 4),
            ["singleSentenceMs"] = Math.Round(SingleMs, 3),
            ["singleSentenceOutsideInference"] = Math.Round(SingleOutsideInference, 4),
        };
        if (Baseline is { } baseline)
        {
            json["baselineGraph"] = baseline.Graph;
            json["baselineSubwordsPerSecond"] = Math.Round(Subwords / baseline.Seconds, 1);
            json["baselineSpeedup"] = Math.Round(baseline.Speedup, 4);
            json["baselineSingleSentenceMs"] = Math.Round(baseline.SingleMs, 3);
            json["singleSentenceOverBaseline"] = Math.Round(SingleMs / baseline.SingleMs, 4);
        }
        return json.ToJsonString();
    }

    /// <summary>The numbers for people.</summary>
    internal string ToText() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"""
            {Model}, {Threads} cores, batches of at most {MaxBatchPaddedSubwords} padded subwords
            {Documents} documents, {Words} words, {Subwords} subwords; special tokens and padding are {PaddingShare:P1} of what the model runs
            extractor       {Words / ExtractorSeconds, 9:N0} words/s {Subwords / ExtractorSeconds, 9:N0} subwords/s
            bare session    {Words / SessionSeconds, 9:N0} words/s {Subwords / SessionSeconds, 9:N0} subwords/s
            ratio           {Ratio, 9:F3}
            one sentence    {SingleMs, 9:F2} ms, of which {SingleOutsideInference:P1} outside inference
            """
        ) + (Baseline is null ? "" : "\n" + Baseline.ToText(Subwords, SingleMs));
}

/// <summary>What a bare session did that runs a graph's batches one after the other on all cores.</summary>
/// <param name="Graph">The graph.</param>
/// <param name="Seconds">Of a round, the median of the rounds.</param>
/// <param name="Speedup">Its seconds over the extractor's, the median over pairs of neighbouring rounds.</param>
/// <param name="SingleMs">Milliseconds of one document in a run of its own; median.</param>
internal sealed record BenchBaseline(string Graph, double Seconds, double Speedup, double SingleMs)
{
    internal string ToText(int subwords, double singleMs) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"""
            {Graph}, one run at a time on all cores: {subwords / Seconds:N0} subwords/s, one sentence {SingleMs:F2} ms
            extractor       {Speedup, 9:F2} times as many; one sentence takes {singleMs / SingleMs:F2} of the time
            """
        );
}
