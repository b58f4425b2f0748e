using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Microsoft.ML;
using NerService.Extraction.Selection;
using NerService.Text.Labels;
using NerService.Workbench.Evaluation;

namespace NerService.Workbench.Training;

/// <summary>A trained arbiter, ready to be written into a model's folder.</summary>
internal sealed class TrainedArbiter(MLContext ml, ITransformer transformer, DataViewSchema schema)
{
    /// <summary>Candidates of a type with a lower probability than its threshold are not kept.</summary>
    internal required KeepThresholds KeepFrom { get; init; }

    /// <summary>Platt scaling of each type.</summary>
    internal required ImmutableArray<Platt> Calibration { get; init; }

    /// <summary>Scaling of a kept candidate's log-odds into its confidence.</summary>
    internal required Platt Confidence { get; init; }

    /// <summary>How well it did on documents held out.</summary>
    internal required ArbiterReport Report { get; init; }

    /// <summary>
    /// Writes the classifier: the archive of Microsoft.ML without the time of day, so that the same training writes the same bytes.
    /// </summary>
    internal void Save(Stream stream)
    {
        using var saved = new MemoryStream();
        ml.Model.Save(transformer, schema, saved);
        saved.Position = 0;
        using var from = new ZipArchive(saved, ZipArchiveMode.Read);
        using var to = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        foreach (var entry in from.Entries)
        {
            var copy = to.CreateEntry(entry.FullName);
            copy.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
            using var source = entry.Open();
            using var target = copy.Open();
            source.CopyTo(target);
        }
    }
}

/// <summary>How an arbiter did in cross-validation; counts are sums over its repeats, calibration the mean of them.</summary>
/// <param name="Files">F1 and its parts for each file, and for all together under an empty name.</param>
/// <param name="Before">Calibration of the model's own mean probability, for its own entities: all together under an empty name, then by
/// type.</param>
/// <param name="After">Calibration of the confidence that is returned, for the entities kept with the gazetteer on.</param>
/// <param name="Candidates">Calibration of the arbiter's probability over every candidate, gazetteer on.</param>
internal sealed record ArbiterReport(
    ImmutableArray<FileScores> Files,
    ImmutableArray<CalibrationReport> Before,
    ImmutableArray<CalibrationReport> After,
    ImmutableArray<CalibrationReport> Candidates
)
{
    /// <summary>How often the cross-validation was repeated.</summary>
    internal int Repeats { get; init; }

    /// <summary>Its folds.</summary>
    internal int Folds { get; init; }

    /// <summary>Stretches of augmented documents, by their kind, cross-validated as the files are.</summary>
    internal required ImmutableArray<FileScores> Augmented { get; init; }

    internal static ArbiterReport Of(List<List<ExampleSet>> rounds, KeepThresholds keepFrom, int folds)
    {
        List<ExampleSet> scored = [.. rounds.SelectMany(round => round).Where(set => set.Document.IsScored)];
        var files = scored
            .GroupBy(set => set.Document.File)
            .OrderBy(file => file.Key, StringComparer.Ordinal)
            .Select(file => FileScores.Of(file.Key, file, keepFrom));
        return new ArbiterReport(
            [.. files, FileScores.Of("", scored, keepFrom)],
            Mean(
                GazetteerSetting.Off,
                set => set.ModelEntities.Select((e, i) => (e.Type, new Prediction(set.ModelProbabilities[i], set.Document.Entities.Contains(e))))
            ),
            Mean(GazetteerSetting.On, set => set.Predictions(keepFrom)),
            Mean(GazetteerSetting.On, set => set.Rows.Select((row, i) => (set.Candidates[i].Type, new Prediction(set.Probabilities[i], row.Label))))
        )
        {
            Repeats = rounds.Count,
            Folds = folds,
            Augmented =
            [
                .. rounds
                    .SelectMany(round => round)
                    .Where(set => set.Document.Augmented is not null && !set.Document.IsRestricted)
                    .GroupBy(set => set.Document.File, StringComparer.Ordinal)
                    .Select(kind => FileScores.Of(kind.Key, kind, keepFrom, static (document, e) => e.Words.Overlaps(document.Augmented!.Value))),
            ],
        };

        ImmutableArray<CalibrationReport> Mean(GazetteerSetting setting, Func<ExampleSet, IEnumerable<(EntityType, Prediction)>> predictions) =>
            CalibrationReport.Mean([
                .. rounds.Select(round =>
                    CalibrationReport.ByType(round.Where(set => set.Setting == setting && set.Document.IsScored).SelectMany(predictions))
                ),
            ]);
    }

    /// <summary>The report as a table to read.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine("Cross-validated strict span scores (precision / recall / F1)");
        text.AppendLine(Row("file", "model alone", "model and gazetteer", "arbiter, no gazetteer", "arbiter and gazetteer", "ECE (by chance)"));
        foreach (var f in Files.Concat(Augmented))
            text.AppendLine(
                Row(
                    f.File.Length == 0 ? "all" : f.File,
                    Show(f.ModelAlone),
                    Show(f.ModelInformed),
                    Show(f.GazetteerOff),
                    Show(f.GazetteerOn),
                    $"{Number(f.Calibration.Ece)} ({Number(f.Calibration.EceIfPerfect)})"
                )
            );
        foreach (
            var (title, reports) in new[]
            {
                ("Before: the model's own probability, its own entities", Before),
                ("After: the confidence returned, entities kept with the gazetteer on", After),
                ("The arbiter's probability, every candidate", Candidates),
            }
        )
        {
            text.AppendLine().AppendLine(title).AppendLine(Row("type", "count", "log-loss", "ECE", "by chance"));
            foreach (var r in reports)
                text.AppendLine(
                    Row(
                        r.Type.Length == 0 ? "all" : r.Type,
                        r.Count.ToString(CultureInfo.InvariantCulture),
                        Number(r.LogLoss),
                        Number(r.Ece),
                        Number(r.EceIfPerfect)
                    )
                );
            text.AppendLine(
                "reliability: "
                    + string.Join("  ", reports[0].Reliability.Select(b => $"{Number(b.MeanProbability)}:{Number(b.Accuracy)} ({b.Count})"))
            );
        }
        return text.ToString();
    }

    private static string Row(string a, string b, string c, string d, string e, string f = "") =>
        $"{a, -28}{b, -24}{c, -24}{d, -24}{e, -24}{f}".TrimEnd();

    private static string Show(SpanScore s) => $"{Percent(s.Precision)} / {Percent(s.Recall)} / {Percent(s.F1)}";

    private static string Percent(double? x) => x?.ToString("0.00", CultureInfo.InvariantCulture) ?? "-";

    private static string Number(double x) => x.ToString("0.000", CultureInfo.InvariantCulture);
}

/// <summary>Cross-validated scores of one file.</summary>
/// <param name="File">Its name; empty for all together.</param>
/// <param name="ModelAlone">The model's own decoding, the gazetteer off.</param>
/// <param name="ModelInformed">The model's own decoding where it reads the gazetteer.</param>
/// <param name="GazetteerOff">The arbiter without a gazetteer.</param>
/// <param name="GazetteerOn">The arbiter with the gazetteer.</param>
/// <param name="Calibration">Of the confidence that is returned, for the entities kept with the gazetteer on.</param>
internal sealed record FileScores(
    string File,
    SpanScore ModelAlone,
    SpanScore ModelInformed,
    SpanScore GazetteerOff,
    SpanScore GazetteerOn,
    CalibrationReport Calibration
)
{
    /// <summary>Scores a file's examples by the entities of a document that count; null means all.</summary>
    internal static FileScores Of(
        string file,
        IEnumerable<ExampleSet> sets,
        KeepThresholds keepFrom,
        Func<LabelledDocument, LabelledEntity, bool>? include = null
    )
    {
        var of = sets.ToLookup(set => set.Setting);
        return new FileScores(
            file,
            Score(GazetteerSetting.Off, set => set.ModelEntities),
            Score(GazetteerSetting.On, set => set.ModelEntities),
            Score(GazetteerSetting.Off, set => set.Keep(keepFrom)),
            Score(GazetteerSetting.On, set => set.Keep(keepFrom)),
            CalibrationReport.ByType(of[GazetteerSetting.On].SelectMany(set => set.Predictions(keepFrom)))[0]
        );

        SpanScore Score(GazetteerSetting setting, Func<ExampleSet, IReadOnlyList<LabelledEntity>> entities) =>
            SpanScore.Of(of[setting].Select(set => (set.Document, entities(set))), include);
    }
}
