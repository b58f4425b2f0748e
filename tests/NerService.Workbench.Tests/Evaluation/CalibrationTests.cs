using NerService.Workbench.Evaluation;

namespace NerService.Workbench.Tests.Evaluation;

public sealed class CalibrationTests
{
    [Fact]
    public void Probabilities_that_come_true_as_often_as_they_say_have_no_calibration_error()
    {
        // In ten bins of ten: 0.1 comes true once, 0.9 nine times.
        List<Prediction> predictions = [];
        for (var bin = 0; bin < 5; bin++)
        {
            predictions.AddRange(Predictions(0.1, right: 1, wrong: 9));
            predictions.AddRange(Predictions(0.9, right: 9, wrong: 1));
        }
        // Predictions of one probability lie sorted by whether they are right, so one bin of all of each side is asked for.
        Assert.Equal(0, Calibration.ExpectedCalibrationError(predictions, bins: 2), 12);
    }

    [Fact]
    public void Always_0_9_and_right_half_the_time_is_an_error_of_0_4()
    {
        Assert.Equal(0.4, Calibration.ExpectedCalibrationError([.. Predictions(0.9, right: 50, wrong: 50)], bins: 1), 12);
    }

    [Fact]
    public void Bins_hold_equal_numbers_in_order_of_probability()
    {
        var predictions = Enumerable.Range(0, 25).Select(i => new Prediction(i / 25.0, i % 2 == 0)).Reverse().ToArray();
        var bins = Calibration.Reliability(predictions, bins: 5);
        Assert.Equal([5, 5, 5, 5, 5], bins.Select(bin => bin.Count));
        Assert.Equal(bins.Select(bin => bin.MeanProbability).Order(), bins.Select(bin => bin.MeanProbability));
        Assert.Equal(0.08, bins[0].MeanProbability, 12);
        Assert.Equal(0.6, bins[0].Accuracy, 12);
    }

    [Fact]
    public void Fewer_outcomes_than_bins_make_fewer_bins()
    {
        Assert.Equal(3, Calibration.Reliability([.. Predictions(0.5, right: 2, wrong: 1)], bins: 10).Length);
        Assert.Equal(0, Calibration.ExpectedCalibrationError([]));
    }

    [Fact]
    public void Log_loss_of_one_half_is_the_logarithm_of_two()
    {
        Assert.Equal(Math.Log(2), Calibration.LogLoss([.. Predictions(0.5, right: 3, wrong: 4)]), 12);
    }

    [Fact]
    public void A_certain_mistake_costs_much_but_not_everything()
    {
        Assert.Equal(-Math.Log(1e-6), Calibration.LogLoss([new Prediction(1, IsRight: false)]), 6);
    }

    [Fact]
    public void Chance_alone_makes_a_larger_error_of_few_predictions_than_of_many()
    {
        // All different, since predictions of one probability lie sorted.
        Prediction[] few = [.. Enumerable.Range(0, 30).Select(i => new Prediction(0.6 + i * 0.2 / 30, IsRight: true))];
        Prediction[] many = [.. Enumerable.Range(0, 3000).Select(i => new Prediction(0.6 + i * 0.2 / 3000, IsRight: true))];
        Assert.InRange(Calibration.ErrorIfPerfect(few), 3 * Calibration.ErrorIfPerfect(many), 1);
        Assert.Equal(Calibration.ErrorIfPerfect(few), Calibration.ErrorIfPerfect(few));
    }

    [Fact]
    public void Certain_probabilities_leave_nothing_to_chance()
    {
        Assert.Equal(0, Calibration.ErrorIfPerfect([.. Predictions(1, right: 20, wrong: 0), .. Predictions(0, right: 0, wrong: 20)]));
    }

    private static IEnumerable<Prediction> Predictions(double probability, int right, int wrong) =>
        Enumerable
            .Repeat(new Prediction(probability, IsRight: true), right)
            .Concat(Enumerable.Repeat(new Prediction(probability, IsRight: false), wrong));
}
