using Microsoft.ML;
using Microsoft.ML.Trainers.FastTree;
using NerService.Extraction.Candidates;
using NerService.Extraction.Proposals;
using NerService.Extraction.Selection;
using NerService.Extraction.Snapshots;
using NerService.Gazetteer;
using NerService.Gazetteer.Index;
using NerService.Text.Documents;
using NerService.Text.Folding;
using NerService.Text.Labels;

namespace NerService.Workbench.Training;

/// <summary>How an arbiter is trained.</summary>
internal sealed record ArbiterTrainingOptions
{
    /// <summary>Folds of the cross-validation; documents are never split. Default 10.</summary>
    internal int Folds { get; init; } = 10;

    /// <summary>How often the cross-validation is repeated with other folds; a single one moves by 0.3 points of F1 by chance. Default 3.</summary>
    internal int Repeats { get; init; } = 3;

    /// <summary>Seed of everything random. Default 7.</summary>
    internal int Seed { get; init; } = 7;
}

/// <summary>
/// Trains the arbiter on documents that the token classifier has not seen. Every document is looked at three ways: with the gazetteer, without it,
/// and with a user's gazetteer that is sampled from some of its names and some words that are none, so that one classifier is calibrated for all
/// three. Names coordinated by و are rare in the documents and the model runs them together, so some are added
/// (<see cref="CoordinationAugmentation"/>). Probabilities are cross-fitted: each candidate's comes from a classifier, and a calibration, that never
/// saw its document (Platt, 1999).
/// </summary>
internal static class ArbiterTrainer
{
    private const int DocumentsAtOnce = 128;

    private const double UserNameShare = 0.5,
        HomographShare = 0.2,
        DistractorShare = 0.02,
        LongDistractorShare = 0.001;

    /// <summary>Trains, and judges by cross-validation.</summary>
    /// <param name="snapshot">The model and gazetteer that the arbiter is for.</param>
    /// <param name="documents">Annotated documents; at least as many groups as folds.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Checked between documents.</param>
    internal static async Task<TrainedArbiter> TrainAsync(
        Snapshot snapshot,
        IReadOnlyList<LabelledDocument> documents,
        ArbiterTrainingOptions options,
        CancellationToken cancellationToken = default
    )
    {
        var ml = new MLContext(options.Seed);
        var rounds = await CrossValidateAsync(
            ml,
            snapshot,
            [.. documents, .. CoordinationAugmentation.Of(documents, snapshot, options.Seed)],
            options,
            cancellationToken
        );
        List<ExampleSet> sets = [.. rounds.SelectMany(round => round)];
        var keepFrom = BestThresholds(sets);
        foreach (var round in rounds)
            CrossFitConfidence(round, keepFrom, options);
        var data = ToData(ml, rounds[0].SelectMany(TrainingExamples));
        var transformer = Trainer(ml, options).Fit(data);
        return new TrainedArbiter(ml, transformer, data.Schema)
        {
            KeepFrom = keepFrom,
            Calibration = PlattFit.EachType(sets.SelectMany(ScoredExamples)),
            Confidence = PlattFit.Of([.. sets.SelectMany(set => KeptCandidates(set, keepFrom))]),
            Report = ArbiterReport.Of(rounds, keepFrom, options.Folds),
        };
    }

    /// <summary>Looks at every document once a round, and scores every candidate with classifiers that did not see its document.</summary>
    internal static async Task<List<List<ExampleSet>>> CrossValidateAsync(
        MLContext ml,
        Snapshot snapshot,
        IReadOnlyList<LabelledDocument> documents,
        ArbiterTrainingOptions options,
        CancellationToken cancellationToken
    )
    {
        var rounds = new List<List<ExampleSet>>();
        for (var repeat = 0; repeat < options.Repeats; repeat++)
        {
            var round = options with { Seed = options.Seed + repeat };
            var foldOf = AssignFolds(documents, round);
            var sets = new List<ExampleSet>();
            // Several at once fill the model's batches; the order, and with it the result, stays.
            foreach (var chunk in documents.Index().Chunk(DocumentsAtOnce))
                sets.AddRange((await Task.WhenAll(chunk.Select(LookAtAsync))).SelectMany(examples => examples));
            CrossFit(ml, sets, round, cancellationToken);
            rounds.Add(sets);

            Task<List<ExampleSet>> LookAtAsync((int Index, LabelledDocument Document) numbered)
            {
                var random = new Random(unchecked(round.Seed * 7919 + numbered.Index));
                return ExamplesOfAsync(snapshot, numbered.Document, foldOf[numbered.Document.Group], random, cancellationToken);
            }
        }
        return rounds;
    }

    private static Dictionary<string, int> AssignFolds(IReadOnlyList<LabelledDocument> documents, ArbiterTrainingOptions options)
    {
        var groups = documents.Select(d => d.Group).Distinct().ToArray();
        if (groups.Length < options.Folds)
            throw new ArgumentException(
                $"There are {groups.Length} documents, the cross-validation has {options.Folds} folds (option folds).",
                nameof(documents)
            );
        new Random(options.Seed).Shuffle(groups);
        return groups.Index().ToDictionary(group => group.Item, group => group.Index % options.Folds);
    }

    /// <summary>The three ways to look at a document. The model reads the gazetteer, so each is classified by itself.</summary>
    private static async Task<List<ExampleSet>> ExamplesOfAsync(
        Snapshot snapshot,
        LabelledDocument document,
        int fold,
        Random random,
        CancellationToken cancellationToken
    )
    {
        GazetteerIndex[] known = [.. snapshot.Gazetteers, snapshot.SeenNames];
        var sets = new List<ExampleSet>
        {
            await ExamplesAsync(GazetteerSetting.Off, GazetteerProposals.None(document.Source)),
            await ExamplesAsync(GazetteerSetting.On, GazetteerProposals.Of(document.Source, known)),
        };
        if (document.Augmented is null)
            sets.Add(
                await ExamplesAsync(
                    GazetteerSetting.User,
                    GazetteerProposals.Of(document.Source, [.. known, SampleUserGazetteer(snapshot, document, random)])
                )
            );
        return sets;

        async Task<ExampleSet> ExamplesAsync(GazetteerSetting setting, GazetteerProposals proposals)
        {
            var encoded = proposals.Encode(snapshot.Model, snapshot.NameParts);
            var labels = new LabelEvidence(await snapshot.Model.ClassifyAsync(encoded, null, cancellationToken));
            var evidence = new GazetteerEvidence(proposals, snapshot.NameParts, knowsPlaces: setting != GazetteerSetting.Off && snapshot.KnowsPlaces);
            return new ExampleSet(document, fold, setting, labels, evidence);
        }
    }

    /// <summary>Half of the document's names, and of the words that are none here those that people and places are called by too (the homographs that
    /// a user's gazetteer brings along) and a few others.</summary>
    private static GazetteerIndex SampleUserGazetteer(Snapshot snapshot, LabelledDocument document, Random random)
    {
        var source = document.Source;
        var entries = new List<GazetteerEntry>();
        foreach (var entity in document.Entities)
            if (random.NextDouble() < UserNameShare)
                Add(source.SpanOf(entity.Words), entity.Type);
        for (var word = 0; word < source.WordCount; word++)
        {
            var range = new WordRange(word, word + 1);
            var share = snapshot.IsKnownName(source.Keys.Word(word)) ? HomographShare : DistractorShare;
            if (random.NextDouble() < LongDistractorShare && word + 1 < source.WordCount)
                range = range with { End = word + 2 };
            else if (random.NextDouble() >= share)
                continue;
            if (!document.Entities.Any(e => e.Words.Overlaps(range)))
                Add(source.SpanOf(range), (EntityType)random.Next(LabelEvidence.Types));
        }
        return GazetteerIndex.Build(entries);

        void Add(TextSpan span, EntityType type)
        {
            var surface = span.Of(source.Text);
            if (FoldedText.KeyOf(surface).Length >= 3 && surface.Length <= GazetteerRules.MaxSurfaceLength)
                entries.Add(new GazetteerEntry(surface, type, surface));
        }
    }

    /// <summary>Gives every row a raw score and a calibrated probability from classifiers that did not see its document.</summary>
    private static void CrossFit(MLContext ml, List<ExampleSet> sets, ArbiterTrainingOptions options, CancellationToken cancellationToken)
    {
        for (var fold = 0; fold < options.Folds; fold++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var train = sets.Where(set => set.Fold != fold).ToList();
            var test = sets.Where(set => set.Fold == fold).ToList();
            var model = Trainer(ml, options).Fit(ToData(ml, train.SelectMany(TrainingExamples)));
            var scored = model.Transform(ToData(ml, test.SelectMany(set => set.Rows)));
            var scores = ml
                .Data.CreateEnumerable<ArbiterScore>(scored, reuseRowObject: false, ignoreMissingColumns: true)
                .Select(s => s.Score)
                .ToArray();
            var next = 0;
            foreach (var set in test)
            {
                set.RawScores = scores[next..(next + set.Rows.Count)];
                next += set.Rows.Count;
            }
        }
        for (var fold = 0; fold < options.Folds; fold++)
        {
            var platt = PlattFit.EachType(sets.Where(set => set.Fold != fold).SelectMany(ScoredExamples));
            foreach (var set in sets.Where(set => set.Fold == fold))
                set.Probabilities = [.. set.RawScores.Select((score, i) => platt[(int)set.Candidates[i].Type].Probability(score))];
        }
    }

    /// <summary>
    /// Gives every kept candidate a confidence by a scaling that did not see its document. The best of several candidates looks better than it is,
    /// and the guideline of documents with restricted types is another, so the kept candidates of fully annotated documents are scaled once more, all
    /// types together.
    /// </summary>
    private static void CrossFitConfidence(List<ExampleSet> sets, KeepThresholds keepFrom, ArbiterTrainingOptions options)
    {
        for (var fold = 0; fold < options.Folds; fold++)
        {
            var platt = PlattFit.Of([.. sets.Where(set => set.Fold != fold).SelectMany(set => KeptCandidates(set, keepFrom))]);
            foreach (var set in sets.Where(set => set.Fold == fold))
                set.Confidences = [.. set.Probabilities.Select(p => platt.Probability(Platt.LogOdds(p)))];
        }
    }

    private static IEnumerable<ArbiterRow> TrainingExamples(ExampleSet set) => set.TrainingExamples.Select(i => set.Rows[i]);

    /// <summary>What probabilities are fitted to: examples from text as it is written.</summary>
    private static IEnumerable<ScoredCandidate> ScoredExamples(ExampleSet set) =>
        set.Document.Augmented is null ? set.TrainingExamples.Select(set.Scored) : [];

    private static IEnumerable<ScoredCandidate> KeptCandidates(ExampleSet set, KeepThresholds keepFrom) =>
        set.Setting == GazetteerSetting.User || !set.Document.IsScored
            ? []
            : set.KeepIndices(keepFrom)
                .Select(i => new ScoredCandidate(set.Candidates[i].Type, Platt.LogOdds(set.Probabilities[i]), set.Rows[i].Label));

    /// <summary>Boosted trees (Friedman, 2001), small and many: what did best and most evenly in cross-validation.</summary>
    private static FastTreeBinaryTrainer Trainer(MLContext ml, ArbiterTrainingOptions options) =>
        ml.BinaryClassification.Trainers.FastTree(
            new FastTreeBinaryTrainer.Options
            {
                FeatureColumnName = nameof(ArbiterRow.Features),
                LabelColumnName = nameof(ArbiterRow.Label),
                ExampleWeightColumnName = nameof(ArbiterRow.Weight),
                NumberOfTrees = 400,
                NumberOfLeaves = 4,
                MinimumExampleCountPerLeaf = 20,
                LearningRate = 0.03,
                FeatureFraction = 0.5,
                Seed = options.Seed,
                FeatureSelectionSeed = options.Seed,
                NumberOfThreads = 1,
            }
        );

    private static IDataView ToData(MLContext ml, IEnumerable<ArbiterRow> rows) => ml.Data.LoadFromEnumerable(rows, Arbiter.RowSchema());

    /// <summary>
    /// For each type the threshold with the best F1 of the kept entities: of all with the gazetteer, of all without, and of the files by themselves
    /// with it, so that a large file does not speak alone; and the mean of a step's and its neighbours', since F1 is flat there and its peak a matter
    /// of chance. Of equals the one nearest to one half. The types are settled one after the other, twice round.
    /// </summary>
    private static KeepThresholds BestThresholds(List<ExampleSet> sets)
    {
        List<ExampleSet> on = [.. sets.Where(set => set.Setting == GazetteerSetting.On && set.Document.IsScored)];
        List<ExampleSet> off = [.. sets.Where(set => set.Setting == GazetteerSetting.Off && set.Document.IsScored)];
        var files = on.GroupBy(set => set.Document.File).ToList();
        double[] steps = [.. Enumerable.Range(3, 15).Select(i => i * 0.05)];
        var best = KeepThresholds.WithoutArbiter;
        for (var round = 0; round < 2; round++)
        {
            foreach (var type in EntityTags.Types)
            {
                double[] scores = [.. steps.Select(t => Score(best.With(type, t)))];
                best = best.With(
                    type,
                    Enumerable
                        .Range(1, steps.Length - 2)
                        .OrderByDescending(i => scores[i - 1] + scores[i] + scores[i + 1])
                        .ThenBy(i => Math.Abs(steps[i] - 0.5))
                        .Select(i => steps[i])
                        .First()
                );
            }
        }
        return best;

        double Score(KeepThresholds thresholds) => F1(on, thresholds) + F1(off, thresholds) + files.Average(file => F1(file, thresholds));
    }

    /// <summary>What nothing is wanted of weighs nothing.</summary>
    private static double F1(IEnumerable<ExampleSet> sets, KeepThresholds thresholds) =>
        SpanScore.Of(sets.Select(set => (set.Document, (IReadOnlyList<LabelledEntity>)set.Keep(thresholds)))).F1 ?? 0;
}
