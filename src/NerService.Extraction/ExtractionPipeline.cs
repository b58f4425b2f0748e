using System.Collections.Immutable;
using NerService.Inference;
using NerService.Inference.Decoding;
using NerService.Text;

namespace NerService.Extraction;

/// <summary>The way of one document through one snapshot, step by step.</summary>
internal static class ExtractionPipeline
{
    internal static async Task<ExtractionResult> RunAsync(Snapshot snapshot, ExtractionRequest request, TimeProvider time, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var source = request.Source;
        var encoded = snapshot.Model.Encode(source);
        var options = new ClassificationOptions { Output = request.ModelOutput, Priority = request.Priority, Deadline = request.Deadline };
        var handedOver = time.GetTimestamp();
        var classification = await snapshot.Model.ClassifyAsync(encoded, options, cancellationToken);
        var handedBack = time.GetTimestamp();

        var entities = ImmutableArray.CreateBuilder<ExtractedEntity>();
        foreach (var (words, tag) in LabelSpans.Read(classification.Posteriors.Labels, classification.Path))
        {
            if (!EntityTypes.TryParseTag(tag, out var type)) continue;
            var confidence = MeanProbability(classification, words);
            if (confidence < request.MinConfidence || !request.Types.IsDefaultOrEmpty && !request.Types.Contains(type)) continue;
            var span = source.SpanOf(words);
            if (span.IsEmpty) continue;
            entities.Add(new ExtractedEntity
            {
                Type = type, Span = span, Words = words, CoreSpan = span, NormalizedName = span.Of(source.Text), Confidence = confidence, Source = EntitySource.Model,
            });
        }

        var preparation = time.GetElapsedTime(started, handedOver) + time.GetElapsedTime(handedBack);
        return new ExtractionResult
        {
            Source = source,
            Entities = entities.ToImmutable(),
            ModelVersion = snapshot.ModelVersion,
            GazetteerVersion = snapshot.GazetteerVersion,
            Statistics = new ExtractionStatistics(classification.Windows, source.WordCount, encoded.SubwordCount, classification.QueueTime, preparation, classification.InferenceTime),
        };
    }

    private static float MeanProbability(Classification classification, WordRange words)
    {
        var sum = 0f;
        for (var word = words.Start; word < words.End; word++) sum += classification.Posteriors[word][classification.Path[word]];
        return sum / words.Length;
    }
}
