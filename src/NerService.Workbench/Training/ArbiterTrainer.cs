using Microsoft.ML;
using Microsoft.ML.Trainers.FastTree;
using NerService.Extraction.Candidates;
using NerService.Extraction.Proposals;
using NerService.Extraction.Selection;
using NerService.Extraction.Snapshots;
using NerService.Gazetteer;
using NerService.Text.Documents;
using NerService.Text.Folding;
using NerService.Text.Labels;

namespace NerService.Workbench.Training;

/// <summary>How an arbiter is trained.</summary>
public sealed record ArbiterTrainingOptions
{
    /// <summary>Folds of the cross-validation; documents are never split. Default 10.</summary>
    public int Folds { get; init; } = 10;

    /// <summary>How often the cross-validation is repeated with other folds; a single one moves by 0.3 points of F1 by chance. Default 3.</summary>
    public int Repeats { get; init; } = 3;

    /// <summary>Seed of everything random. Default 7.</summary>
    public int Seed { get; init; } = 7;
}

/// <summary>
/// Trains the arbiter on documents that the token classifier has not seen. Every document is looked at three ways: with the gazetteer, without it,
/// and with a user's gazetteer that is made up from some of its names and some words that are none, so that one classifier is calibrated for all
/// three. Names coordinated by و are rare in the documents and the model runs them together, so some are made up (<see cref="MadeUpCoordinations"/>).
/// Probabilities are cross-fitted: each candidate's comes from a classifier, and a calibration, that never saw its document (Platt, 1999).
/// </summary>
public static class ArbiterTrainer
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
    /// <param name="cancellationToken">Gives up between documents.</param>
    public static async Task<TrainedArbiter> TrainAsync(
        Snapshot snapshot,
        IReadOnlyList<LabelledDocument> documents,
        ArbiterTrainingOptions options,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(documents);
        ArgumentNullException.ThrowIfNull(options);
        var ml = new MLContext(options.Seed);
        var rounds = await CrossValidateAsync(
            ml,
            snapshot,
            [.. documents, .. MadeUpCoordinations.Of(documents, snapshot, options.Seed)],
            options,
            cancellationToken
        );
        List<View> views = [.. rounds.SelectMany(round => round)];
        var keepFrom = BestThresholds(views);
        foreach (var round in rounds)
            CrossFitConfidence(round, keepFrom, options);
        var data = ToData(ml, rounds[0].SelectMany(Lessons));
        var transformer = Trainer(ml, options).Fit(data);
        return new TrainedArbiter(ml, transformer, data.Schema, keepFrom, ArbiterReport.Of(rounds, keepFrom, options.Folds))
        {
            Calibration = Platt.FitEach(views.SelectMany(ScoredLessons)),
            Confidence = Platt.Fit([.. views.SelectMany(v => KeptCandidates(v, keepFrom))]),
        };
    }

    /// <summary>Looks at every document once a round, and scores every candidate with classifiers that did not see its document.</summary>
    internal static async Task<List<List<View>>> CrossValidateAsync(
        MLContext ml,
        Snapshot snapshot,
        IReadOnlyList<LabelledDocument> documents,
        ArbiterTrainingOptions options,
        CancellationToken cancellationToken
    )
    {
        var rounds = new List<List<View>>();
        for (var repeat = 0; repeat < options.Repeats; repeat++)
        {
            var round = options with { Seed = options.Seed + repeat };
            var foldOf = AssignFolds(documents, round);
            var views = new List<View>();
            // Several at once fill the model's batches; the order, and with it the result, stays.
            foreach (var chunk in documents.Select((document, i) => (document, i)).Chunk(DocumentsAtOnce))
            {
                foreach (
                    var looks in await Task.WhenAll(
                        chunk.Select(d =>
                            ViewsOfAsync(
                                snapshot,
                                d.document,
                                foldOf[d.document.Group],
                                new Random(unchecked(round.Seed * 7919 + d.i)),
                                cancellationToken
                            )
                        )
                    )
                )
                    views.AddRange(looks);
            }
            CrossFit(ml, views, round, cancellationToken);
            rounds.Add(views);
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
        return groups.Select((group, i) => (group, i)).ToDictionary(g => g.group, g => g.i % options.Folds);
    }

    /// <summary>The three ways to look at a document. The model reads the gazetteer, so each is classified by itself.</summary>
    private static async Task<List<View>> ViewsOfAsync(
        Snapshot snapshot,
        LabelledDocument document,
        int fold,
        Random random,
        CancellationToken cancellationToken
    )
    {
        GazetteerIndex[] known = [.. snapshot.Gazetteers, snapshot.SeenNames];
        var views = new List<View>
        {
            await LookAsync(ViewKind.GazetteerOff, GazetteerProposals.None(document.Source)),
            await LookAsync(ViewKind.GazetteerOn, GazetteerProposals.Of(document.Source, known)),
        };
        if (document.MadeUp is null)
            views.Add(
                await LookAsync(
                    ViewKind.UserGazetteer,
                    GazetteerProposals.Of(document.Source, [.. known, MadeUpUserGazetteer(snapshot, document, random)])
                )
            );
        return views;

        async Task<View> LookAsync(ViewKind kind, GazetteerProposals proposals)
        {
            var isOn = kind != ViewKind.GazetteerOff;
            var encoded = proposals.Encode(snapshot.Model, snapshot.NameParts);
            var labels = new LabelEvidence(await snapshot.Model.ClassifyAsync(encoded, null, cancellationToken));
            return new View(document, fold, kind, labels, new GazetteerEvidence(proposals, snapshot.NameParts, isOn && snapshot.KnowsPlaces));
        }
    }

    /// <summary>Half of the document's names, and of the words that are none here those that people and places are called by too (the homographs that
    /// a user's gazetteer brings along) and a few others.</summary>
    private static GazetteerIndex MadeUpUserGazetteer(Snapshot snapshot, LabelledDocument document, Random random)
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
    private static void CrossFit(MLContext ml, List<View> views, ArbiterTrainingOptions options, CancellationToken cancellationToken)
    {
        for (var fold = 0; fold < options.Folds; fold++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var train = views.Where(v => v.Fold != fold).ToList();
            var test = views.Where(v => v.Fold == fold).ToList();
            var model = Trainer(ml, options).Fit(ToData(ml, train.SelectMany(Lessons)));
            var scores = ml
                .Data.CreateEnumerable<ArbiterScore>(
                    model.Transform(ToData(ml, test.SelectMany(v => v.Rows))),
                    reuseRowObject: false,
                    ignoreMissingColumns: true
                )
                .Select(s => s.Score)
                .ToArray();
            var next = 0;
            foreach (var view in test)
            {
                view.RawScores = scores[next..(next + view.Rows.Count)];
                next += view.Rows.Count;
            }
        }
        for (var fold = 0; fold < options.Folds; fold++)
        {
            var platt = Platt.FitEach(views.Where(v => v.Fold != fold).SelectMany(ScoredLessons));
            foreach (var view in views.Where(v => v.Fold == fold))
                view.Probabilities = [.. view.RawScores.Select((score, i) => platt[(int)view.Candidates[i].Type].Probability(score))];
        }
    }

    /// <summary>
    /// Gives every kept candidate a confidence by a scaling that did not see its document. The best of several candidates looks better than it is,
    /// and the guideline of documents with restricted types is another, so the kept candidates of fully annotated documents are scaled once more, all
    /// types together.
    /// </summary>
    private static void CrossFitConfidence(List<View> views, KeepThresholds keepFrom, ArbiterTrainingOptions options)
    {
        for (var fold = 0; fold < options.Folds; fold++)
        {
            var platt = Platt.Fit([.. views.Where(v => v.Fold != fold).SelectMany(v => KeptCandidates(v, keepFrom))]);
            foreach (var view in views.Where(v => v.Fold == fold))
                view.Confidences = [.. view.Probabilities.Select(p => platt.Probability(Platt.LogOdds(p)))];
        }
    }

    private static IEnumerable<ArbiterRow> Lessons(View view) => view.Lessons.Select(i => view.Rows[i]);

    /// <summary>What probabilities are fitted to: lessons from text as it is written.</summary>
    private static IEnumerable<ScoredCandidate> ScoredLessons(View view) => view.Document.MadeUp is null ? view.Lessons.Select(view.Scored) : [];

    private static IEnumerable<ScoredCandidate> KeptCandidates(View view, KeepThresholds keepFrom) =>
        view.Kind == ViewKind.UserGazetteer || !view.Document.IsScored
            ? []
            : view.KeepIndices(keepFrom)
                .Select(i => new ScoredCandidate(view.Candidates[i].Type, Platt.LogOdds(view.Probabilities[i]), view.Rows[i].Label));

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
    private static KeepThresholds BestThresholds(List<View> views)
    {
        List<View> on = [.. views.Where(v => v.Kind == ViewKind.GazetteerOn && v.Document.IsScored)];
        List<View> off = [.. views.Where(v => v.Kind == ViewKind.GazetteerOff && v.Document.IsScored)];
        var files = on.GroupBy(v => v.Document.File).ToList();
        double[] steps = [.. Enumerable.Range(3, 15).Select(i => i * 0.05)];
        var best = KeepThresholds.WithoutArbiter;
        for (var round = 0; round < 2; round++)
        {
            foreach (var type in EntityTypes.Tagged)
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
    private static double F1(IEnumerable<View> views, KeepThresholds thresholds) =>
        SpanScore.Of(views.Select(v => (v.Document, (IReadOnlyList<LabelledEntity>)v.Keep(thresholds)))).F1 ?? 0;
}
