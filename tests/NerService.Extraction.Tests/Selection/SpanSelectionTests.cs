using CsCheck;
using NerService.Extraction.Selection;
using NerService.Text.Documents;

namespace NerService.Extraction.Tests.Selection;

public sealed class SpanSelectionTests
{
    private static readonly Gen<(WordRange Span, double Weight)> Weighted = Gen.Select(
        Gen.Int[0, 7],
        Gen.Int[1, 4],
        Gen.Int[-4, 10],
        (start, length, eighths) => (new WordRange(start, start + length), eighths / 8.0)
    );

    [Fact]
    public void The_total_weight_equals_that_of_the_best_of_all_subsets()
    {
        Weighted
            .Array[0, 9]
            .Sample(
                spans =>
                {
                    var chosen = Choose(spans);
                    Assert.Equal(BestOfAllSubsets(spans), chosen.Sum(i => spans[i].Weight), 12);
                },
                iter: 3000
            );
    }

    [Fact]
    public void Chosen_spans_never_overlap_and_come_in_document_order()
    {
        Weighted
            .Array[0, 30]
            .Sample(
                spans =>
                {
                    var chosen = Choose(spans);
                    for (var i = 1; i < chosen.Count; i++)
                        Assert.True(spans[chosen[i - 1]].Span.End <= spans[chosen[i]].Span.Start);
                },
                iter: 2000
            );
    }

    [Fact]
    public void A_weight_of_zero_or_less_never_enters()
    {
        Weighted.Array[0, 20].Sample(spans => Assert.All(Choose(spans), i => Assert.True(spans[i].Weight > 0)), iter: 1000);
    }

    [Fact]
    public void Of_equal_spans_the_one_given_first_wins()
    {
        Assert.Equal([0], Choose((new WordRange(0, 2), 0.5), (new WordRange(0, 2), 0.5)));
    }

    [Fact]
    public void Of_equal_sets_the_one_without_the_later_span_wins()
    {
        // [0, 2) weighs as much as [1, 3), which ends later.
        Assert.Equal([1], Choose((new WordRange(1, 3), 0.5), (new WordRange(0, 2), 0.5)));
    }

    [Fact]
    public void One_long_span_gives_way_to_two_short_ones_that_weigh_more_together()
    {
        Assert.Equal([1, 2], Choose((new WordRange(0, 4), 0.6), (new WordRange(0, 2), 0.4), (new WordRange(2, 4), 0.3)));
    }

    [Fact]
    public void As_many_weights_as_spans_are_needed()
    {
        Assert.Throws<ArgumentException>(() => SpanSelection.Choose([new WordRange(0, 1)], []));
    }

    private static List<int> Choose(params (WordRange Span, double Weight)[] spans) =>
        SpanSelection.Choose(Array.ConvertAll(spans, s => s.Span), Array.ConvertAll(spans, s => s.Weight));

    private static double BestOfAllSubsets((WordRange Span, double Weight)[] spans)
    {
        var best = 0.0;
        for (var subset = 0; subset < 1 << spans.Length; subset++)
        {
            var members = Enumerable.Range(0, spans.Length).Where(i => (subset >> i & 1) == 1).ToArray();
            var overlap = members.Any(i => members.Any(j => i < j && spans[i].Span.Overlaps(spans[j].Span)));
            if (!overlap)
                best = Math.Max(best, members.Sum(i => spans[i].Weight));
        }
        return best;
    }
}
