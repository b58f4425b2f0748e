using Google.Protobuf.WellKnownTypes;
using NerService.Extraction.Explanations;
using NerService.Extraction.Pipeline;
using NerService.Text.Documents;
using Debug = NerService.Contracts.Debug.V1Alpha;
using Proto = NerService.Contracts.V1;

namespace NerService.Protocol;

/// <summary>Turns an answer of extraction into a response of the contract; the one place where offsets leave UTF-16.</summary>
public static class ResponseMapper
{
    /// <summary>Maps an answer as the options ask for it.</summary>
    /// <param name="result">The answer.</param>
    /// <param name="documentId">The caller's name for the document.</param>
    /// <param name="options">How to answer; null means every option at its default.</param>
    public static Proto.ExtractEntitiesResponse ToProto(ExtractionResult result, string documentId, Proto.ExtractionOptions? options)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(documentId);
        var unit = EnumMapper.FromProto(options?.OffsetUnit ?? default);
        var spans = new SpanMapper(result.Source.Text, unit);
        var response = new Proto.ExtractEntitiesResponse
        {
            DocumentId = documentId,
            OffsetUnit = EnumMapper.ToProto(unit),
            ModelVersion = result.ModelVersion,
            GazetteerVersion = result.GazetteerVersion,
            Mentions = { result.Entities.Select(mention => Mention(mention, spans)) },
            Entities = { result.Groups.Select(Entity) },
            Sentences = { result.Sentences.Select(spans.Map) },
            Explanation = result.Explanation is { } explanation ? Any.Pack(Explanation(explanation, spans)) : null,
            Statistics = Statistics(result.Statistics),
        };
        if (options.Wants(Proto.Feature.WordLabels))
            response.Words.Add(result.WordLabels().Select((label, i) => new Proto.Word { Span = spans.Map(result.Source.Words[i]), Label = label }));
        return response;
    }

    private static Proto.Mention Mention(ExtractedEntity entity, SpanMapper spans)
    {
        var mapped = new Proto.Mention
        {
            Type = EnumMapper.ToProto(entity.Type),
            Label = entity.Label.Name,
            Text = spans.Text(entity.Span),
            Span = spans.Map(entity.Span),
            CoreSpan = spans.Map(entity.CoreSpan),
            CoreText = spans.Text(entity.CoreSpan),
            Confidence = entity.Confidence,
            Source = EnumMapper.ToProto(entity.Source),
            Words = new Proto.WordRange { Start = entity.Words.Start, End = entity.Words.End },
            NormalizedName = entity.NormalizedName,
            Clitics = { entity.Clitics },
        };
        if (entity.GazetteerId is { } gazetteerId)
            mapped.GazetteerId = gazetteerId;
        if (entity.CanonicalName is { } canonicalName)
            mapped.CanonicalName = canonicalName;
        if (entity.EntityId is { } entityId)
            mapped.EntityId = entityId;
        if (entity.Title is { } title)
            mapped.Title = new Proto.Title { Span = spans.Map(title), Text = spans.Text(title) };
        return mapped;
    }

    private static Proto.Entity Entity(EntityGroup group)
    {
        var mapped = new Proto.Entity
        {
            Id = group.EntityId,
            CanonicalName = group.CanonicalName,
            Type = EnumMapper.ToProto(group.Type),
            Label = group.Label.Name,
            MentionIndices = { group.Mentions },
        };
        if (group.GazetteerId is { } gazetteerId)
            mapped.GazetteerId = gazetteerId;
        return mapped;
    }

    private static Proto.Statistics Statistics(ExtractionStatistics statistics) =>
        new()
        {
            Windows = statistics.Windows,
            Words = statistics.Words,
            Subwords = statistics.Subwords,
            QueueTime = Duration.FromTimeSpan(statistics.QueueTime),
            PreparationTime = Duration.FromTimeSpan(statistics.PreparationTime),
            InferenceTime = Duration.FromTimeSpan(statistics.InferenceTime),
        };

    private static Debug.Explanation Explanation(Explanation explanation, SpanMapper spans) =>
        new()
        {
            Words =
            {
                explanation.Words.Select(word => new Debug.WordExplanation
                {
                    Span = spans.Map(word.Span),
                    Text = spans.Text(word.Span),
                    Folded = word.Folded,
                    Subwords = { word.Subwords },
                    Posteriors = { word.Posteriors },
                }),
            },
            Proposals =
            {
                explanation.Proposals.Select(proposal => new Debug.ProposalExplanation
                {
                    Span = spans.Map(proposal.Span),
                    Text = spans.Text(proposal.Span),
                    Weight = proposal.Weight,
                    Cut = proposal.IsCut,
                    Types_ = { proposal.Types.Select(EnumMapper.ToProto) },
                    Origins = { proposal.Origins.Select(EnumMapper.ToProto) },
                }),
            },
            Candidates =
            {
                explanation.Candidates.Select(candidate => new Debug.CandidateExplanation
                {
                    Span = spans.Map(candidate.Span),
                    Text = spans.Text(candidate.Span),
                    Type = EnumMapper.ToProto(candidate.Label.Type),
                    Label = candidate.Label.Name,
                    Source = EnumMapper.ToProto(candidate.Source),
                    Probability = candidate.Probability,
                    Kept = candidate.Kept,
                    Reason = candidate.Reason,
                    Outcome = EnumMapper.ToProto(candidate.Outcome),
                    Origin = EnumMapper.ToProto(candidate.Origin),
                    KeepFrom = candidate.KeepFrom,
                    Confidence = candidate.Confidence,
                    OutweighedBy = { candidate.OutweighedBy },
                    Features = { candidate.Features.Select(f => new Debug.CandidateFeature { Name = f.Key, Value = f.Value }) },
                }),
            },
        };

    /// <summary>Spans and slices of one text.</summary>
    private sealed class SpanMapper(string text, OffsetUnit unit)
    {
        private readonly OffsetMap _offsets = new(text, unit);

        internal string Text(TextSpan span) => span.Of(text);

        internal Proto.Span Map(TextSpan span)
        {
            var converted = _offsets.Convert(span);
            return new Proto.Span { Start = converted.Start, End = converted.End };
        }
    }
}
