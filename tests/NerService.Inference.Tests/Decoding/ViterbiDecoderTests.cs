using CsCheck;
using NerService.Inference.Decoding;

namespace NerService.Inference.Tests.Decoding;

public sealed class ViterbiDecoderTests
{
    private static readonly LabelSet Labels = new(["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]);

    [Fact]
    public void The_path_is_the_best_of_all_valid_paths() =>
        Gen.Float[-8, 8]
            .Array[Labels.Count]
            .Array[1, 5]
            .Sample(logits =>
            {
                var posteriors = Posteriors(logits);
                var path = ViterbiDecoder.Decode(posteriors);
                Assert.True(IsValid(path));
                Assert.Equal(AllPaths(logits.Length).Where(IsValid).Max(p => Score(posteriors, p)), Score(posteriors, path), 1e-4);
            });

    [Fact]
    public void The_first_word_never_continues_an_entity() =>
        Assert.Equal(
            [1],
            ViterbiDecoder.Decode(
                Posteriors([
                    [0, 1, 9, 0, 0],
                ])
            )
        );

    [Fact]
    public void An_entity_is_continued_only_by_its_own_type() =>
        Assert.Equal(
            [1, 2],
            ViterbiDecoder.Decode(
                Posteriors([
                    [0, 9, 0, 0, 0],
                    [0, 0, 4, 0, 5],
                ])
            )
        );

    [Fact]
    public void A_tie_goes_to_the_label_that_stands_first() =>
        Assert.Equal(
            [0, 0],
            ViterbiDecoder.Decode(
                Posteriors([
                    [0, 0, 0, 0, 0],
                    [0, 0, 0, 0, 0],
                ])
            )
        );

    [Fact]
    public void A_word_whose_only_likely_label_may_not_stand_there_still_gets_one() =>
        // The first word is surely O, the second surely I-LOC; everything else underflows to 0, which is unlikely and not impossible.
        Assert.Equal(
            [0, 0],
            ViterbiDecoder.Decode(
                Posteriors([
                    [500, 0, 0, 0, 0],
                    [0, 0, 0, 0, 500],
                ])
            )
        );

    [Fact]
    public void No_words_no_path() => Assert.Empty(ViterbiDecoder.Decode(WordPosteriors.FromLogits(Labels, [])));

    [Fact]
    public void Spans_are_read_from_a_path_with_their_types()
    {
        // O B-PER I-PER B-PER B-LOC I-LOC O: two people side by side, then a place.
        var spans = LabelSpans.Read(Labels, [0, 1, 2, 1, 3, 4, 0]);
        Assert.Equal([(1, 3, "PER"), (3, 4, "PER"), (4, 6, "LOC")], spans.Select(s => (s.Words.Start, s.Words.End, s.Type)));
    }

    [Fact]
    public void Posteriors_of_a_word_sum_to_one() =>
        Gen.Float[-90, 90]
            .Array[Labels.Count]
            .Array[1, 5]
            .Sample(logits =>
            {
                var posteriors = Posteriors(logits);
                for (var word = 0; word < logits.Length; word++)
                    Assert.Equal(1.0, posteriors[word].ToArray().Sum(p => (double)p), 1e-5);
            });

    private static WordPosteriors Posteriors(float[][] logits) => WordPosteriors.FromLogits(Labels, [.. logits.SelectMany(row => row)]);

    private static IEnumerable<int[]> AllPaths(int words) =>
        words == 0
            ?
            [
                [],
            ]
            : AllPaths(words - 1).SelectMany(path => Enumerable.Range(0, Labels.Count).Select(label => (int[])[.. path, label]));

    private static bool IsValid(int[] path)
    {
        for (var i = 0; i < path.Length; i++)
        {
            var name = Labels.Names[path[i]];
            if (name[0] != 'I')
                continue;
            if (i == 0 || Labels.Names[path[i - 1]] is var previous && (previous == "O" || previous[2..] != name[2..]))
                return false;
        }
        return true;
    }

    private static double Score(WordPosteriors posteriors, int[] path) =>
        path.Select((label, word) => Math.Log(Math.Max(posteriors[word][label], float.Epsilon))).Sum();
}
