using NerService.Extraction;
using NerService.Text;
using V1 = NerService.Contracts.V1;

namespace NerService.Server.Mapping;

/// <summary>Turns an answer into the contract's form; the one place where offsets change their unit.</summary>
internal static class ResponseMapper
{
    internal static V1.ExtractResponse Map(V1.ExtractRequest request, ExtractionResult result)
    {
        var unit = EnumMapping.ToOffsetUnit(request.Options?.OffsetUnit ?? V1.OffsetUnit.Unspecified);
        var edge = new Edge(result.Source.Text, unit);
        var response = new V1.ExtractResponse
        {
            DocumentId = request.DocumentId,
            OffsetUnit = EnumMapping.ToContract(unit),
            ModelVersion = result.ModelVersion,
            GazetteerVersion = result.GazetteerVersion,
            Statistics = Map(result.Statistics),
        };
        foreach (var entity in result.Entities) response.Entities.Add(Map(entity, edge));
        foreach (var group in result.Groups) response.Groups.Add(Map(group));
        foreach (var sentence in result.Sentences) response.Sentences.Add(edge.Span(sentence));
        if (request.Options is { IncludeTokenLabels: true }) AddWords(response, result, edge);
        if (result.Explanation is { } explanation) response.Explanation = Map(explanation, edge);
        return response;
    }

    private static V1.Entity Map(ExtractedEntity entity, Edge edge)
    {
        var mapped = new V1.Entity
        {
            Type = EnumMapping.ToContract(entity.Type),
            Text = edge.Text(entity.Span),
            Span = edge.Span(entity.Span),
            CoreSpan = edge.Span(entity.CoreSpan),
            CoreText = edge.Text(entity.CoreSpan),
            Confidence = entity.Confidence,
            Source = EnumMapping.ToContract(entity.Source),
            Words = new V1.WordRange { Start = entity.Words.Start, End = entity.Words.End },
            NormalizedName = entity.NormalizedName,
        };
        mapped.Clitics.AddRange(entity.Clitics);
        if (entity.GazetteerId is { } gazetteerId) mapped.GazetteerId = gazetteerId;
        if (entity.CanonicalName is { } canonicalName) mapped.CanonicalName = canonicalName;
        if (entity.EntityId is { } entityId) mapped.EntityId = entityId;
        if (entity.Title is { } title) mapped.Title = new V1.Title { Span = edge.Span(title), Text = edge.Text(title) };
        return mapped;
    }

    private static V1.EntityGroup Map(EntityGroup group)
    {
        var mapped = new V1.EntityGroup { EntityId = group.EntityId, CanonicalName = group.CanonicalName, Type = EnumMapping.ToContract(group.Type) };
        if (group.GazetteerId is { } gazetteerId) mapped.GazetteerId = gazetteerId;
        mapped.Mentions.AddRange(group.Mentions);
        return mapped;
    }

    private static void AddWords(V1.ExtractResponse response, ExtractionResult result, Edge edge)
    {
        var labels = result.WordLabels();
        response.Words.Capacity = labels.Length;
        for (var word = 0; word < labels.Length; word++) response.Words.Add(new V1.Word { Span = edge.Span(result.Source.Words[word]), Label = labels[word] });
    }

    private static V1.Statistics Map(ExtractionStatistics statistics) => new()
    {
        Windows = statistics.Windows,
        Words = statistics.Words,
        Subwords = statistics.Subwords,
        QueueMs = statistics.QueueTime.TotalMilliseconds,
        PreparationMs = statistics.PreparationTime.TotalMilliseconds,
        InferenceMs = statistics.InferenceTime.TotalMilliseconds,
    };

    private static V1.Explanation Map(Explanation explanation, Edge edge)
    {
        var mapped = new V1.Explanation();
        foreach (var word in explanation.Words)
        {
            var w = new V1.WordExplanation { Span = edge.Span(word.Span), Text = edge.Text(word.Span), Folded = word.Folded };
            w.Subwords.AddRange(word.Subwords);
            w.Posteriors.AddRange(word.Posteriors);
            mapped.Words.Add(w);
        }
        foreach (var candidate in explanation.Candidates)
        {
            var c = new V1.CandidateExplanation
            {
                Span = edge.Span(candidate.Span),
                Text = edge.Text(candidate.Span),
                Type = EnumMapping.ToContract(candidate.Type),
                Source = EnumMapping.ToContract(candidate.Source),
                Probability = candidate.Probability,
                Kept = candidate.Kept,
                Reason = candidate.Reason,
            };
            c.Features.AddRange(candidate.Features.Select(f => new V1.Feature { Name = f.Key, Value = f.Value }));
            mapped.Candidates.Add(c);
        }
        return mapped;
    }

    /// <summary>A document's text and the caller's unit.</summary>
    private sealed class Edge(string text, OffsetUnit unit)
    {
        private readonly OffsetMap _map = new(text, unit);

        internal V1.Span Span(TextSpan span)
        {
            var converted = _map.Convert(span);
            return new V1.Span { Start = converted.Start, End = converted.End };
        }

        internal string Text(TextSpan span) => span.Of(text);
    }
}
