using NerService.Cli.Evaluation;
using NerService.Text;

namespace NerService.Cli.Tests.Evaluation;

public sealed class SpanScoresTests
{
    [Fact]
    public void A_span_is_correct_only_with_the_same_words_and_the_same_type()
    {
        var scores = new SpanScores();
        scores.Add(
            gold: [Span(0, 2, "PER"), Span(3, 4, "LOC"), Span(5, 7, "ORG"), Span(8, 9, "MISC")],
            predicted: [Span(0, 2, "PER"), Span(3, 4, "ORG"), Span(5, 6, "ORG"), Span(8, 9, "MISC")]);
        Assert.Equal(new SpanScore(1, 1, 1), scores.Types[EntityType.Person]);
        Assert.Equal(new SpanScore(1, 0, 0), scores.Types[EntityType.Location]);
        Assert.Equal(new SpanScore(1, 2, 0), scores.Types[EntityType.Organization]);
        // MISC counts on neither side.
        Assert.Equal(new SpanScore(3, 3, 1), scores.Overall);
        Assert.Equal((100.0 / 3, 100.0 / 3, 100.0 / 3), (scores.Overall.Precision, scores.Overall.Recall, scores.Overall.F1), (a, b) => Math.Abs(a.Item1 - b.Item1) + Math.Abs(a.Item3 - b.Item3) < 1e-9);
    }

    [Fact]
    public void Nothing_found_and_nothing_to_find_scores_zero_and_not_NaN() => Assert.Equal((0.0, 0.0, 0.0), (default(SpanScore).Precision, default(SpanScore).Recall, default(SpanScore).F1));

    private static TaggedSpan Span(int start, int end, string type) => new(new WordRange(start, end), type);
}
