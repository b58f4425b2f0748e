using NerService.Extraction.Selection;
using NerService.Text.Labels;
using NerService.Workbench.Training;

namespace NerService.Workbench.Tests.Training;

public sealed class PlattFitTests
{
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
        var fitted = PlattFit.Of(data);
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
        var platt = PlattFit.EachType(data);
        Assert.True(platt[(int)EntityType.Person].Probability(5) > 0.9);
        Assert.True(platt[(int)EntityType.Location].Probability(5) < 0.1);
        Assert.InRange(platt[(int)EntityType.Organization].Probability(5), 0.4f, 0.6f);
    }

    [Fact]
    public void Scaling_log_odds_by_slope_minus_one_changes_nothing()
    {
        Assert.Equal(0.3f, new Platt(-1, 0).Probability(Platt.LogOdds(0.3f)), 5);
    }
}
