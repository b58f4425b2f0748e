using System.Collections.Immutable;
using NerService.Text.Labels;

namespace NerService.Workbench.Evaluation;

/// <summary>How far the probabilities of one type can be believed.</summary>
/// <param name="Type">PER, LOC or ORG; empty for all together.</param>
/// <param name="Count">Predictions.</param>
/// <param name="LogLoss">Mean negative log-likelihood, nats.</param>
/// <param name="Ece">Expected calibration error over bins of equal mass: <see cref="MaxBins"/>, or fewer so that each holds
/// <see cref="MinBinCount"/>.</param>
/// <param name="EceIfPerfect">The same error that perfect probabilities would show in the mean at this count: see
/// <see cref="Calibration.ErrorIfPerfect"/>.</param>
/// <param name="Reliability">The bins.</param>
internal sealed record CalibrationReport(
    string Type,
    int Count,
    double LogLoss,
    double Ece,
    double EceIfPerfect,
    ImmutableArray<ReliabilityBin> Reliability
)
{
    internal const int MaxBins = 10;

    /// <summary>
    /// Fewest predictions in a bin, if there are as many: the accuracy of fewer strays by more, by chance, than the error that is to be seen.
    /// </summary>
    internal const int MinBinCount = 50;

    /// <summary>Judges predictions: all together under an empty name, then by type.</summary>
    internal static ImmutableArray<CalibrationReport> ByType(IEnumerable<(EntityType Type, Prediction Prediction)> predictions) =>
        ByLabel([.. EntityTags.Types.Select(type => type.ToTag())], predictions.Select(o => (o.Type.ToTag(), o.Prediction)));

    /// <summary>Judges predictions: all together under an empty name, then by label.</summary>
    internal static ImmutableArray<CalibrationReport> ByLabel(
        IReadOnlyList<string> labels,
        IEnumerable<(string Label, Prediction Prediction)> predictions
    )
    {
        var all = predictions.ToArray();
        return
        [
            Of("", [.. all.Select(o => o.Prediction)]),
            .. labels.Select(label => Of(label, [.. all.Where(o => o.Label == label).Select(o => o.Prediction)])),
        ];
    }

    /// <summary>Means of reports on the same predictions by several repeats of a cross-validation, type by type and bin by bin.</summary>
    /// <param name="repeats">At least one; each as <see cref="ByType"/> makes them.</param>
    internal static ImmutableArray<CalibrationReport> Mean(IReadOnlyList<ImmutableArray<CalibrationReport>> repeats) =>
        [.. Enumerable.Range(0, repeats[0].Length).Select(type => MeanOf([.. repeats.Select(repeat => repeat[type])]))];

    private static CalibrationReport MeanOf(CalibrationReport[] reports) =>
        new(
            reports[0].Type,
            (int)Math.Round(reports.Average(r => r.Count)),
            reports.Average(r => r.LogLoss),
            reports.Average(r => r.Ece),
            reports.Average(r => r.EceIfPerfect),
            [
                .. Enumerable
                    .Range(0, reports.Min(r => r.Reliability.Length))
                    .Select(bin => new ReliabilityBin(
                        (int)Math.Round(reports.Average(r => r.Reliability[bin].Count)),
                        reports.Average(r => r.Reliability[bin].MeanProbability),
                        reports.Average(r => r.Reliability[bin].Accuracy)
                    )),
            ]
        );

    private static CalibrationReport Of(string type, IReadOnlyCollection<Prediction> predictions)
    {
        var bins = Math.Clamp(predictions.Count / MinBinCount, 1, MaxBins);
        return new CalibrationReport(
            type,
            predictions.Count,
            Calibration.LogLoss(predictions),
            Calibration.ExpectedCalibrationError(predictions, bins),
            Calibration.ErrorIfPerfect(predictions, bins),
            Calibration.Reliability(predictions, bins)
        );
    }
}
