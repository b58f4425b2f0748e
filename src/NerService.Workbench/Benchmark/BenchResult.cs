using System.Globalization;
using System.Text;
using System.Text.Json;
using NerService.Workbench.Load;

namespace NerService.Workbench.Benchmark;

/// <summary>What <c>ner bench</c> measured.</summary>
internal sealed record BenchResult
{
    /// <summary>name@version of the model and the graph that ran.</summary>
    internal required string Model { get; init; }

    /// <summary>Cores that inference uses.</summary>
    internal required int Threads { get; init; }

    /// <summary>Padded subwords a batch holds at most.</summary>
    internal required int MaxBatchPaddedSubwords { get; init; }

    /// <summary>Documents of one round.</summary>
    internal required int Documents { get; init; }

    /// <summary>Words of all documents.</summary>
    internal required int Words { get; init; }

    /// <summary>Subwords of all words, neither special tokens nor padding counted.</summary>
    internal required int Subwords { get; init; }

    /// <summary>Share of padding and special tokens among what the model ran.</summary>
    internal required double PaddingShare { get; init; }

    /// <summary>Seconds of a round of the extractor, the median of the rounds.</summary>
    internal required double ExtractorSeconds { get; init; }

    /// <summary>Seconds of a round of the bare session, the median of the rounds.</summary>
    internal required double SessionSeconds { get; init; }

    /// <summary>Session's seconds over extractor's, the median over pairs of neighbouring rounds, so that a noisy moment weighs on both.</summary>
    internal required double Ratio { get; init; }

    /// <summary>Of one-sentence extractions, nothing else running.</summary>
    internal required LatencyHistogram Singles { get; init; }

    /// <summary>Milliseconds of a one-sentence extraction, nothing else running; median.</summary>
    internal required double SingleMs { get; init; }

    /// <summary>Share of those milliseconds outside inference; median.</summary>
    internal required double SingleOutsideInference { get; init; }

    /// <summary>What it was compared with; null for nothing.</summary>
    internal required BenchBaseline? Baseline { get; init; }

    /// <summary>The numbers as one line of JSON.</summary>
    internal string ToJson()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("model", Model);
            json.WriteNumber("threads", Threads);
            json.WriteNumber("maxBatchPaddedSubwords", MaxBatchPaddedSubwords);
            json.WriteNumber("documents", Documents);
            json.WriteNumber("words", Words);
            json.WriteNumber("subwords", Subwords);
            json.WriteNumber("paddingShare", Math.Round(PaddingShare, 4));
            json.WriteNumber("extractorWordsPerSecond", Math.Round(Words / ExtractorSeconds, 1));
            json.WriteNumber("sessionWordsPerSecond", Math.Round(Words / SessionSeconds, 1));
            json.WriteNumber("extractorSubwordsPerSecond", Math.Round(Subwords / ExtractorSeconds, 1));
            json.WriteNumber("sessionSubwordsPerSecond", Math.Round(Subwords / SessionSeconds, 1));
            json.WriteNumber("ratio", Math.Round(Ratio, 4));
            json.WriteNumber("singleSentenceMs", Math.Round(SingleMs, 3));
            json.WriteNumber("singleSentenceOutsideInference", Math.Round(SingleOutsideInference, 4));
            if (Baseline is { } baseline)
            {
                json.WriteString("baselineGraph", baseline.Graph);
                json.WriteNumber("baselineSubwordsPerSecond", Math.Round(Subwords / baseline.Seconds, 1));
                json.WriteNumber("baselineSpeedup", Math.Round(baseline.Speedup, 4));
                json.WriteNumber("baselineSingleSentenceMs", Math.Round(baseline.SingleMs, 3));
                json.WriteNumber("singleSentenceOverBaseline", Math.Round(SingleMs / baseline.SingleMs, 4));
            }
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.ToArray());
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
internal sealed record BenchBaseline
{
    /// <summary>The graph.</summary>
    internal required string Graph { get; init; }

    /// <summary>Seconds of a round, the median of the rounds.</summary>
    internal required double Seconds { get; init; }

    /// <summary>Its seconds over the extractor's, the median over pairs of neighbouring rounds.</summary>
    internal required double Speedup { get; init; }

    /// <summary>Milliseconds of one document in a run of its own; median.</summary>
    internal required double SingleMs { get; init; }

    internal string ToText(int subwords, double singleMs) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"""
            {Graph}, one run at a time on all cores: {subwords / Seconds:N0} subwords/s, one sentence {SingleMs:F2} ms
            extractor       {Speedup, 9:F2} times as many; one sentence takes {singleMs / SingleMs:F2} of the time
            """
        );
}
