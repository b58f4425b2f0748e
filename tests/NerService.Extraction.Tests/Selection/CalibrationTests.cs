using NerService.Extraction.Selection;
using NerService.Text.Labels;

namespace NerService.Extraction.Tests.Selection;

public sealed class CalibrationTests
{
    [Fact]
    public void Probabilities_that_come_true_as_often_as_they_say_have_no_calibration_error()
    {
        // In ten bins of ten: 0.1 comes true once, 0.9 nine times.
        List<Outcome> outcomes = [];
        for (var bin = 0; bin < 5; bin++)
        {
            outcomes.AddRange(Outcomes(0.1, right: 1, wrong: 9));
            outcomes.AddRange(Outcomes(0.9, right: 9, wrong: 1));
        }
        // Outcomes of one probability lie sorted by outcome, so one bin of all of each side is asked for.
        Assert.Equal(0, Calibration.ExpectedCalibrationError(outcomes, bins: 2), 12);
    }

    [Fact]
    public void Always_0_9_and_right_half_the_time_is_an_error_of_0_4()
    {
        Assert.Equal(0.4, Calibration.ExpectedCalibrationError([.. Outcomes(0.9, right: 50, wrong: 50)], bins: 1), 12);
    }

    [Fact]
    public void Bins_hold_equal_numbers_in_order_of_probability()
    {
        var outcomes = Enumerable.Range(0, 25).Select(i => new Outcome(i / 25.0, i % 2 == 0)).Reverse().ToArray();
        var bins = Calibration.Reliability(outcomes, bins: 5);
        Assert.Equal([5, 5, 5, 5, 5], bins.Select(bin => bin.Count));
        Assert.Equal(bins.Select(bin => bin.MeanProbability).Order(), bins.Select(bin => bin.MeanProbability));
        Assert.Equal(0.08, bins[0].MeanProbability, 12);
        Assert.Equal(0.6, bins[0].Accuracy, 12);
    }

    [Fact]
    public void Fewer_outcomes_than_bins_make_fewer_bins()
    {
        Assert.Equal(3, Calibration.Reliability([.. Outcomes(0.5, right: 2, wrong: 1)], bins: 10).Length);
        Assert.Equal(0, Calibration.ExpectedCalibrationError([]));
    }

    [Fact]
    public void Log_loss_of_one_half_is_the_logarithm_of_two()
    {
        Assert.Equal(Math.Log(2), Calibration.LogLoss([.. Outcomes(0.5, right: 3, wrong: 4)]), 12);
    }

    [Fact]
    public void A_certain_mistake_costs_much_but_not_everything()
    {
        Assert.Equal(-Math.Log(1e-6), Calibration.LogLoss([new Outcome(1, IsRight: false)]), 6);
    }

    [Fact]
    public void Chance_alone_makes_a_larger_error_of_few_outcomes_than_of_many()
    {
        // All different, since outcomes of one probability lie sorted.
        Outcome[] few = [.. Enumerable.Range(0, 30).Select(i => new Outcome(0.6 + i * 0.2 / 30, IsRight: true))];
        Outcome[] many = [.. Enumerable.Range(0, 3000).Select(i => new Outcome(0.6 + i * 0.2 / 3000, IsRight: true))];
        Assert.InRange(Calibration.ErrorIfPerfect(few), 3 * Calibration.ErrorIfPerfect(many), 1);
        Assert.Equal(Calibration.ErrorIfPerfect(few), Calibration.ErrorIfPerfect(few));
    }

    [Fact]
    public void Certain_probabilities_leave_nothing_to_chance()
    {
        Assert.Equal(0, Calibration.ErrorIfPerfect([.. Outcomes(1, right: 20, wrong: 0), .. Outcomes(0, right: 0, wrong: 20)]));
    }

    [Fact]
    public void Platt_scaling_recovers_the_scaling_that_the_outcomes_were_drawn_with()
    {
        var truth = new Platt(-1.7, 0.4);
        var random = new Random(11);
        var data = Enumerable
            .Range(0, 40_000)
            .Select(_ => (float)(random.NextDouble() * 8 - 4))
            .Select(score => new ScoredCandidate(EntityType.Person, score, random.NextDouble() < truth.Probability(score)))
            .ToArray();
        var fitted = Platt.Fit(data);
        Assert.InRange(fitted.Slope, truth.Slope - 0.06, truth.Slope + 0.06);
        Assert.InRange(fitted.Offset, truth.Offset - 0.06, truth.Offset + 0.06);
    }

    [Fact]
    public void Platt_scaling_is_fitted_to_each_type_apart()
    {
        ScoredCandidate[] data =
        [
            .. Enumerable.Range(0, 100).Select(i => new ScoredCandidate(EntityType.Person, i % 10, i % 10 >= 3)),
            .. Enumerable.Range(0, 100).Select(i => new ScoredCandidate(EntityType.Location, i % 10, i % 10 >= 7)),
            .. Enumerable.Range(0, 100).Select(i => new ScoredCandidate(EntityType.Organization, i % 10, i % 2 == 0)),
        ];
        var platt = Platt.FitEach(data);
        Assert.True(platt[(int)EntityType.Person].Probability(5) > 0.9);
        Assert.True(platt[(int)EntityType.Location].Probability(5) < 0.1);
        Assert.InRange(platt[(int)EntityType.Organization].Probability(5), 0.4f, 0.6f);
    }

    [Fact]
    public void Scaling_log_odds_by_slope_minus_one_changes_nothing()
    {
        Assert.Equal(0.3f, new Platt(-1, 0).Probability(Platt.LogOdds(0.3f)), 5);
    }

    private static IEnumerable<Outcome> Outcomes(double probability, int right, int wrong) =>
        Enumerable.Repeat(new Outcome(probability, IsRight: true), right).Concat(Enumerable.Repeat(new Outcome(probability, IsRight: false), wrong));
}
