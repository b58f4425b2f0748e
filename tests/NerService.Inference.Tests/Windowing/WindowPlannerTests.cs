using CsCheck;
using NerService.Inference.Windowing;
using NerService.Text.Documents;

namespace NerService.Inference.Tests.Windowing;

public sealed class WindowPlannerTests
{
    /// <summary>Lengths of words, a window's size at least the longest, and an overlap of at most half of it.</summary>
    private static readonly Gen<(int[] Lengths, int Size, int Overlap)> Documents =
        from longest in Gen.Int[1, 24]
        from lengths in Gen.Int[1, longest].Array[0, 300]
        from size in Gen.Int[longest, 200]
        from overlap in Gen.Int[0, size / 2]
        select (lengths, size, overlap);

    [Fact]
    public void Every_word_is_owned_exactly_once_and_in_order() =>
        Documents.Sample(d =>
        {
            var owned = Plan(d).SelectMany(window => Enumerable.Range(window.Owned.Start, window.Owned.Length));
            Assert.Equal(Enumerable.Range(0, d.Lengths.Length), owned);
        });

    [Fact]
    public void A_window_owns_only_words_that_it_is_fed() =>
        Documents.Sample(d =>
            Assert.All(
                Plan(d),
                window =>
                    Assert.True(
                        window.Words.Start <= window.Owned.Start && window.Owned.Start <= window.Owned.End && window.Owned.End <= window.Words.End
                    )
            )
        );

    [Fact]
    public void No_window_is_longer_than_the_size() =>
        Documents.Sample(d => Assert.All(Plan(d), window => Assert.InRange(Subwords(d.Lengths, window.Words), 1, d.Size)));

    [Fact]
    public void A_window_reaches_back_at_most_the_overlap_and_every_window_brings_new_words() =>
        Documents.Sample(d =>
        {
            var windows = Plan(d);
            for (var i = 1; i < windows.Count; i++)
            {
                var (previous, next) = (windows[i - 1].Words, windows[i].Words);
                Assert.True(next.Start > previous.Start && next.End > previous.End && next.Start <= previous.End);
                Assert.InRange(Subwords(d.Lengths, new WordRange(next.Start, previous.End)), 0, d.Overlap);
            }
        });

    [Fact]
    public void No_word_is_fed_to_three_windows() =>
        Documents.Sample(d =>
        {
            var windows = Plan(d);
            for (var i = 2; i < windows.Count; i++)
                Assert.True(windows[i].Words.Start >= windows[i - 2].Words.End);
        });

    [Fact]
    public void A_word_belongs_to_the_window_where_it_stands_farthest_from_the_edge() =>
        Documents.Sample(d =>
        {
            var windows = Plan(d);
            for (var word = 0; word < d.Lengths.Length; word++)
            {
                var distances = windows.Select(window => DistanceToEdge(window, word, d.Lengths.Length)).ToArray();
                var owner = windows.FindIndex(window => window.Owned.Start <= word && word < window.Owned.End);
                Assert.Equal(Array.IndexOf(distances, distances.Max()), owner);
            }
        });

    [Fact]
    public void A_document_that_fits_is_one_window() =>
        Assert.Equal([new Window(new WordRange(0, 3), new WordRange(0, 3))], WindowPlanner.Plan([0, 50, 100, 200], 200, 60));

    [Fact]
    public void A_document_without_words_has_no_window() => Assert.Empty(WindowPlanner.Plan([0], 200, 60));

    [Fact]
    public void A_word_longer_than_a_window_is_an_error_that_names_both()
    {
        var error = Assert.Throws<ArgumentException>(() => WindowPlanner.Plan([0, 2, 13], 10, 5));
        Assert.Contains("Word 1 has 11 subwords, a window holds 10", error.Message, StringComparison.Ordinal);
    }

    private static List<Window> Plan((int[] Lengths, int Size, int Overlap) d) => WindowPlanner.Plan(Starts(d.Lengths), d.Size, d.Overlap);

    private static int[] Starts(int[] lengths)
    {
        var starts = new int[lengths.Length + 1];
        for (var i = 0; i < lengths.Length; i++)
            starts[i + 1] = starts[i] + lengths[i];
        return starts;
    }

    private static int Subwords(int[] lengths, WordRange words) => lengths[words.Start..words.End].Sum();

    /// <summary>Words between a word and the nearer edge of a window; -1 for a word outside. The document's own ends are not edges.</summary>
    private static int DistanceToEdge(Window window, int word, int words)
    {
        if (word < window.Words.Start || word >= window.Words.End)
            return -1;
        var left = window.Words.Start == 0 ? int.MaxValue : word - window.Words.Start;
        var right = window.Words.End == words ? int.MaxValue : window.Words.End - 1 - word;
        return Math.Min(left, right);
    }
}
