using NerService.Extraction;
using NerService.Text;
using Proto = NerService.Contracts.V1;

namespace NerService.Mapping;

/// <summary>Turns an answer of extraction into a response of the contract; the one place where offsets leave UTF-16.</summary>
public static class ResponseMapper
{
    /// <summary>Maps the answer to a request as the request asks for it: its document id, its offset unit, its token labels.</summary>
    public static Proto.ExtractResponse ToProto(ExtractionResult result, Proto.ExtractRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var unit = EnumMapper.FromProto(request.Options?.OffsetUnit ?? default);
        return ToProto(result, request.DocumentId, unit, request.Options?.IncludeTokenLabels ?? false);
    }

    /// <summary>Maps an answer.</summary>
    /// <param name="result">The answer.</param>
    /// <param name="documentId">The caller's name for the document.</param>
    /// <param name="unit">The unit of every offset in the response.</param>
    /// <param name="includeTokenLabels">Whether every word is returned with its label.</param>
    public static Proto.ExtractResponse ToProto(ExtractionResult result, string documentId, OffsetUnit unit, bool includeTokenLabels)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(documentId);
        var spans = new SpanMapper(result.Source.Text, unit);
        var response = new Proto.ExtractResponse
        {
            DocumentId = documentId,
            OffsetUnit = EnumMapper.ToProto(unit),
            ModelVersion = result.ModelVersion,
            GazetteerVersion = result.GazetteerVersion,
            Statistics = Statistics(result.Statistics),
        };
        foreach (var entity in result.Entities) response.Entities.Add(Entity(entity, spans));
        foreach (var group in result.Groups) response.Groups.Add(Group(group));
        foreach (var sentence in result.Sentences) response.Sentences.Add(spans.Map(sentence));
        if (includeTokenLabels) AddWords(response, result, spans);
        if (result.Explanation is { } explanation) response.Explanation = Explanation(explanation, spans);
        return response;
    }

    private static Proto.Entity Entity(ExtractedEntity entity, SpanMapper spans)
    {
        var mapped = new Proto.Entity
        {
            Type = EnumMapper.ToProto(entity.Type),
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
        if (entity.GazetteerId is { } gazetteerId) mapped.GazetteerId = gazetteerId;
        if (entity.CanonicalName is { } canonicalName) mapped.CanonicalName = canonicalName;
        if (entity.EntityId is { } entityId) mapped.EntityId = entityId;
        if (entity.Title is { } title) mapped.Title = new Proto.Title { Span = spans.Map(title), Text = spans.Text(title) };
        return mapped;
    }

    private static Proto.EntityGroup Group(EntityGroup group)
    {
        var mapped = new Proto.EntityGroup { EntityId = group.EntityId, CanonicalName = group.CanonicalName, Type = EnumMapper.ToProto(group.Type) };
        if (group.GazetteerId is { } gazetteerId) mapped.GazetteerId = gazetteerId;
        mapped.Mentions.AddRange(group.Mentions);
        return mapped;
    }

    private static void AddWords(Proto.ExtractResponse response, ExtractionResult result, SpanMapper spans)
    {
        var labels = result.WordLabels();
        for (var word = 0; word < labels.Length; word++)
            response.Words.Add(new Proto.Word { Span = spans.Map(result.Source.Words[word]), Label = labels[word] });
    }

    private static Proto.Statistics Statistics(ExtractionStatistics statistics) => new()
    {
        Windows = statistics.Windows,
        Words = statistics.Words,
        Subwords = statistics.Subwords,
        QueueMs = statistics.QueueTime.TotalMilliseconds,
        PreparationMs = statistics.PreparationTime.TotalMilliseconds,
        InferenceMs = statistics.InferenceTime.TotalMilliseconds,
    };

    private static Proto.Explanation Explanation(Explanation explanation, SpanMapper spans)
    {
        var mapped = new Proto.Explanation();
        foreach (var word in explanation.Words)
        {
            var mappedWord = new Proto.WordExplanation { Span = spans.Map(word.Span), Text = spans.Text(word.Span), Folded = word.Folded };
            mappedWord.Subwords.AddRange(word.Subwords);
            mappedWord.Posteriors.AddRange(word.Posteriors);
            mapped.Words.Add(mappedWord);
        }
        foreach (var candidate in explanation.Candidates)
        {
            var mappedCandidate = new Proto.CandidateExplanation
            {
                Span = spans.Map(candidate.Span),
                Text = spans.Text(candidate.Span),
                Type = EnumMapper.ToProto(candidate.Type),
                Source = EnumMapper.ToProto(candidate.Source),
                Probability = candidate.Probability,
                Kept = candidate.Kept,
                Reason = candidate.Reason,
            };
            mappedCandidate.Features.AddRange(candidate.Features.Select(f => new Proto.Feature { Name = f.Key, Value = f.Value }));
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
