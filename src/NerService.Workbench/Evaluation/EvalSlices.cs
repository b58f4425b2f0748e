using System.Collections.Immutable;
using NerService.Extraction.Clitics;
using NerService.Extraction.Pipeline;
using NerService.Extraction.Snapshots;
using NerService.Text.Clitics;
using NerService.Text.Folding;
using NerService.Text.Labels;
using NerService.Workbench.Training;

namespace NerService.Workbench.Evaluation;

/// <summary>Scores parts of the files, and the files in another spelling or cut.</summary>
internal sealed class EvalSlices(
    EntityExtractor extractor,
    ExtractionRequest template,
    IReadOnlyList<ConllFile> files,
    EvalUnit unit,
    ScoredLabels labels
)
{
    /// <summary>Scores every slice.</summary>
    /// <param name="answers">The answers to the files as they are.</param>
    /// <param name="training">Files whose mentions are seen ones; empty leaves the two slices out.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async Task<ImmutableArray<SliceScore>> ScoreAsync(
        IReadOnlyList<Answer> answers,
        IReadOnlyList<ConllFile> training,
        CancellationToken cancellationToken
    )
    {
        var slices = ImmutableArray.CreateBuilder<SliceScore>();
        if (training.Count > 0)
        {
            var seen = training
                .SelectMany(file => LabelledDocuments.ForScoring(file, EvalUnit.Sentence, labels))
                .SelectMany(d => d.Entities.Select(e => Mention(d, e)))
                .ToHashSet();
            Add("seen", "mentions that the training files hold with this type", (document, entity) => seen.Contains(Mention(document, entity)));
            Add("unseen", "all other mentions", (document, entity) => !seen.Contains(Mention(document, entity)));
        }
        using (var lease = extractor.AcquireSnapshot())
        {
            var cut = WithClitic(lease.Snapshot, answers);
            Add("clitic", "mentions with a proclitic (وبالقاهرة)", (document, entity) => cut.Contains((document, entity)));
            Add("noClitic", "mentions without", (document, entity) => !cut.Contains((document, entity)));
        }
        await AddVariantAsync("vocalised", "every word with tashkeel", Documents(unit).Select(SpellingVariants.Vocalised));
        await AddVariantAsync("noisy", "hamza, ya and ta marbuta flattened", Documents(unit).Select(SpellingVariants.Noisy));
        await AddVariantAsync("long", "all sentences of a document in one request", Documents(EvalUnit.Document));
        return slices.ToImmutable();

        void Add(string name, string meaning, Func<LabelledDocument, LabelledEntity, bool> include) =>
            slices.Add(new SliceScore(name, meaning, answers.Score(include)));

        async Task AddVariantAsync(string name, string meaning, IEnumerable<LabelledDocument> documents)
        {
            var variant = await Answers.OfAsync(extractor, template, [.. documents], labels, static () => { }, cancellationToken);
            slices.Add(new SliceScore(name, meaning, variant.Score()));
        }
    }

    private IEnumerable<LabelledDocument> Documents(EvalUnit cut) => files.SelectMany(file => LabelledDocuments.ForScoring(file, cut, labels));

    private static (string Key, EntityType Type) Mention(LabelledDocument document, LabelledEntity entity) =>
        (FoldedText.KeyOf(document.Source.SpanOf(entity.Words).Slice(document.Source.Text)), entity.Type);

    /// <summary>The entities, wanted or returned, whose first word begins with a proclitic.</summary>
    private static HashSet<(LabelledDocument, LabelledEntity)> WithClitic(Snapshot snapshot, IReadOnlyList<Answer> answers)
    {
        var cut = new HashSet<(LabelledDocument, LabelledEntity)>();
        foreach (var (document, returned, _) in answers)
        {
            var evidence = new GazetteerCliticEvidence(document.Source, snapshot.NameParts, [.. snapshot.Gazetteers]);
            foreach (var entity in document.Entities.Concat(returned))
                if (CliticSegmenter.Segment(document.Source, entity.Words, entity.Type, evidence).Clitics.Length > 0)
                    cut.Add((document, entity));
        }
        return cut;
    }
}
