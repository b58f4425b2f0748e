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
            Statistics = Statistics(result.Statistics),
        };
        foreach (var mention in result.Entities)
            response.Mentions.Add(Mention(mention, spans));
        foreach (var entity in result.Groups)
            response.Entities.Add(Entity(entity));
        foreach (var sentence in result.Sentences)
            response.Sentences.Add(spans.Map(sentence));
        if (options.Wants(Proto.Feature.WordLabels))
            AddWords(response, result, spans);
        if (result.Explanation is { } explanation)
            response.Explanation = Any.Pack(Explanation(explanation, spans));
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
        };
        mapped.Clitics.AddRange(entity.Clitics);
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
        };
        if (group.GazetteerId is { } gazetteerId)
            mapped.GazetteerId = gazetteerId;
        mapped.MentionIndices.AddRange(group.Mentions);
        return mapped;
    }

    private static void AddWords(Proto.ExtractEntitiesResponse response, ExtractionResult result, SpanMapper spans)
    {
        var labels = result.WordLabels();
        for (var word = 0; word < labels.Length; word++)
            response.Words.Add(new Proto.Word { Span = spans.Map(result.Source.Words[word]), Label = labels[word] });
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

    private static Debug.Explanation Explanation(Explanation explanation, SpanMapper spans)
    {
        var mapped = new Debug.Explanation();
        foreach (var word in explanation.Words)
        {
            var mappedWord = new Debug.WordExplanation
            {
                Span = spans.Map(word.Span),
                Text = spans.Text(word.Span),
                Folded = word.Folded,
            };
            mappedWord.Subwords.AddRange(word.Subwords);
            mappedWord.Posteriors.AddRange(word.Posteriors);
            mapped.Words.Add(mappedWord);
        }
        foreach (var proposal in explanation.Proposals)
        {
            var mappedProposal = new Debug.ProposalExplanation
            {
                Span = spans.Map(proposal.Span),
                Text = spans.Text(proposal.Span),
                Weight = proposal.Weight,
                Cut = proposal.IsCut,
            };
            mappedProposal.Types_.AddRange(proposal.Types.Select(EnumMapper.ToProto));
            mappedProposal.Origins.AddRange(proposal.Origins.Select(EnumMapper.ToProto));
            mapped.Proposals.Add(mappedProposal);
        }
        foreach (var candidate in explanation.Candidates)
        {
            var mappedCandidate = new Debug.CandidateExplanation
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
            };
            mappedCandidate.OutweighedBy.AddRange(candidate.OutweighedBy);
            mappedCandidate.Features.AddRange(candidate.Features.Select(f => new Debug.CandidateFeature { Name = f.Key, Value = f.Value }));
            mapped.Candidates.Add(mappedCandidate);
        }
        return mapped;
    }

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
