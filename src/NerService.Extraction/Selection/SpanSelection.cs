using NerService.Extraction.Candidates;
using NerService.Text.Documents;

namespace NerService.Extraction.Selection;

/// <summary>
/// Chooses the non-overlapping set of spans with the greatest total weight: weighted interval scheduling (Kleinberg and Tardos, Algorithm Design,
/// section 6.1), O(n log n). Pure and deterministic.
/// </summary>
/// <remarks>
/// Tie rule: spans are considered by end, then start, then the order given; a span enters only when it makes the total strictly greater, so among
/// sets of equal weight the one without the later span wins. A weight of zero or less never enters.
/// </remarks>
public static class SpanSelection
{
    /// <summary>Chooses spans.</summary>
    /// <param name="spans">The spans, none empty.</param>
    /// <param name="weights">Their weights; as many.</param>
    /// <returns>Indices of the chosen spans in document order.</returns>
    public static List<int> Choose(ReadOnlySpan<WordRange> spans, ReadOnlySpan<double> weights)
    {
        if (spans.Length != weights.Length)
            throw new ArgumentException($"There are {spans.Length} spans and {weights.Length} weights.", nameof(weights));
        var order = OrderByEnd(spans);
        var ends = new int[order.Length];
        for (var k = 0; k < order.Length; k++)
            ends[k] = spans[order[k]].End;

        // best[k]: the greatest weight of a set among the first k spans by end.
        var best = new double[order.Length + 1];
        var before = new int[order.Length];
        for (var k = 0; k < order.Length; k++)
        {
            before[k] = WordOrder.LowerBound(ends, spans[order[k]].Start + 1, static end => end);
            var with = weights[order[k]] + best[before[k]];
            best[k + 1] = weights[order[k]] > 0 && with > best[k] ? with : best[k];
        }
        var chosen = new List<int>();
        for (var k = order.Length; k > 0; )
        {
            if (best[k] > best[k - 1])
            {
                chosen.Add(order[k - 1]);
                k = before[k - 1];
            }
            else
            {
                k--;
            }
        }
        chosen.Reverse();
        return chosen;
    }

    private static int[] OrderByEnd(ReadOnlySpan<WordRange> spans)
    {
        var keys = new (int End, int Start, int Index)[spans.Length];
        for (var i = 0; i < keys.Length; i++)
            keys[i] = (spans[i].End, spans[i].Start, i);
        Array.Sort(keys);
        return Array.ConvertAll(keys, key => key.Index);
    }
}
