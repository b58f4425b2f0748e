using System.Collections.Immutable;
using NerService.Extraction.Arbitration;
using NerService.Gazetteer;
using NerService.Inference;
using NerService.Text;

namespace NerService.Extraction;

/// <summary>The way of one document through one snapshot, step by step.</summary>
internal static class ExtractionPipeline
{
    internal static async Task<ExtractionResult> RunAsync(Snapshot snapshot, ExtractionRequest request, TimeProvider time, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var encoded = snapshot.Model.Encode(request.Source);
        var options = new ClassificationOptions { Output = request.ModelOutput, Priority = request.Priority, Deadline = request.Deadline };
        var handedOver = time.GetTimestamp();
        var classification = await snapshot.Model.ClassifyAsync(encoded, options, cancellationToken);
        var handedBack = time.GetTimestamp();

        var text = FoldedText.Of(request.Source);
        var judgement = Judge(snapshot, request, text, classification);
        var entities = Entities(request, judgement);
        var explanation = request.Explain ? Explainer.Explain(snapshot.Model, request.Source, encoded, classification, judgement) : null;

        var preparation = time.GetElapsedTime(started, handedOver) + time.GetElapsedTime(handedBack);
        return new ExtractionResult
        {
            Source = request.Source,
            Entities = entities,
            ModelVersion = snapshot.ModelVersion,
            GazetteerVersion = snapshot.GazetteerVersion,
            Statistics = new ExtractionStatistics(classification.Windows, request.Source.WordCount, encoded.SubwordCount, classification.QueueTime, preparation, classification.InferenceTime),
            Explanation = explanation,
        };
    }

    /// <summary>The arbiter judges the model's default output, which it was trained for; any other is taken as it is.</summary>
    private static Judgement Judge(Snapshot snapshot, ExtractionRequest request, FoldedText text, Classification classification)
    {
        var labels = new LabelEvidence(classification);
        var gazetteer = new GazetteerEvidence(text, Gazetteers(snapshot, request), snapshot.NameParts);
        var deny = new DenyList(request.Deny);
        var isDefaultOutput = request.ModelOutput is null || request.ModelOutput == snapshot.Model.Manifest.DefaultOutput;
        return snapshot.Arbiter is { } arbiter && request.Arbitrate && isDefaultOutput
            ? Arbitrator.Judge(arbiter, labels, gazetteer, deny)
            : Arbitrator.TakeModel(labels, gazetteer, deny);
    }

    private static GazetteerIndex[] Gazetteers(Snapshot snapshot, ExtractionRequest request)
    {
        if (!request.UseGazetteer) return [];
        return request.Entries.IsDefaultOrEmpty ? [.. snapshot.Gazetteers] : [.. snapshot.Gazetteers, GazetteerIndex.Build(request.Entries)];
    }

    private static ImmutableArray<ExtractedEntity> Entities(ExtractionRequest request, Judgement judgement)
    {
        var entities = ImmutableArray.CreateBuilder<ExtractedEntity>();
        foreach (var (candidate, probability, fate) in judgement.Verdicts)
        {
            if (fate != Fate.Kept || probability < request.MinConfidence || !request.Types.IsDefaultOrEmpty && !request.Types.Contains(candidate.Type)) continue;
            var span = request.Source.SpanOf(candidate.Words);
            if (span.IsEmpty) continue;
            entities.Add(new ExtractedEntity
            {
                Type = candidate.Type,
                Span = span,
                Words = candidate.Words,
                CoreSpan = span,
                NormalizedName = span.Of(request.Source.Text),
                Confidence = probability,
                Source = Explainer.SourceOf(candidate),
                GazetteerId = candidate.Match?.Entry.Id,
                CanonicalName = candidate.Match?.Entry.Canonical,
            });
        }
        return entities.ToImmutable();
    }
}
