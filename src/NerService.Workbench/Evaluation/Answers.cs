using NerService.Batch;
using NerService.Extraction.Pipeline;
using NerService.Workbench.Training;

namespace NerService.Workbench.Evaluation;

/// <summary>What was returned for one annotated document; each entity has a confidence.</summary>
internal sealed record Answer(LabelledDocument Document, IReadOnlyList<LabelledEntity> Entities, IReadOnlyList<float> Confidences);

/// <summary>Asks the extractor for annotated documents.</summary>
internal static class Answers
{
    /// <summary>Documents under way at once; they share batches.</summary>
    private const int Concurrency = 128;

    /// <summary>Answers in the order of the documents, each of which takes the place of the template's; ticks after each.</summary>
    internal static async Task<List<Answer>> OfAsync(
        EntityExtractor extractor,
        ExtractionRequest template,
        IReadOnlyList<LabelledDocument> documents,
        ScoredLabels labels,
        Action tick,
        CancellationToken cancellationToken
    )
    {
        var answers = new List<Answer>(documents.Count);
        await foreach (var answering in OrderedWork.RunAsync(documents.ToAsyncEnumerable(), AnswerAsync, Concurrency, cancellationToken))
        {
            answers.Add(await answering);
            tick();
        }
        return answers;

        async Task<Answer> AnswerAsync(LabelledDocument document, CancellationToken token)
        {
            var result = await extractor.ExtractAsync(template with { Source = document.Source }, token);
            var scored = result.Entities.Where(e => labels.Of(e.Label) is not null).ToList();
            return new Answer(
                document,
                [.. scored.Select(e => new LabelledEntity(e.Words, labels.Of(e.Label)!.Value))],
                [.. scored.Select(e => e.Confidence)]
            );
        }
    }

    /// <summary>Strict span scores of the entities, wanted or returned, that count; null means all.</summary>
    internal static SpanScore Score(this IEnumerable<Answer> answers, Func<LabelledDocument, LabelledEntity, bool>? include = null) =>
        SpanScore.Of(answers.Select(a => (a.Document, a.Entities)), include);

    /// <summary>The answers without the entities below a confidence.</summary>
    internal static IEnumerable<Answer> From(this IEnumerable<Answer> answers, double minConfidence) =>
        answers.Select(answer =>
        {
            var kept = Enumerable.Range(0, answer.Entities.Count).Where(i => answer.Confidences[i] >= minConfidence).ToArray();
            return new Answer(answer.Document, [.. kept.Select(i => answer.Entities[i])], [.. kept.Select(i => answer.Confidences[i])]);
        });
}
