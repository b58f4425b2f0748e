namespace NerService.Inference.Decoding;

/// <summary>
/// The most probable label sequence in which I-X follows only B-X or I-X: first-order Viterbi with hard transition constraints, the words' label
/// probabilities taken as independent. Ties go to the label that stands first. Time O(words x labels²).
/// </summary>
internal static class ViterbiDecoder
{
    private const float Impossible = float.NegativeInfinity;

    /// <summary>Decodes a document.</summary>
    /// <returns>One label index per word.</returns>
    internal static int[] Decode(WordPosteriors posteriors)
    {
        var labels = posteriors.Labels;
        return Decode(posteriors.Probabilities, labels.Count, labels.MayFollow, first: label => !labels.IsInside(label), last: _ => true);
    }

    /// <summary>Decodes a document of any label scheme.</summary>
    /// <param name="probabilities">[words, count], row by row.</param>
    /// <param name="count">Number of labels, at most 255.</param>
    /// <param name="mayFollow">Whether the first label may stand before the second.</param>
    /// <param name="first">Whether a label may stand at the first word.</param>
    /// <param name="last">Whether a label may stand at the last word.</param>
    /// <returns>One label index per word.</returns>
    internal static int[] Decode(
        ReadOnlySpan<float> probabilities,
        int count,
        Func<int, int, bool> mayFollow,
        Func<int, bool> first,
        Func<int, bool> last
    )
    {
        var words = probabilities.Length / count;
        if (words == 0)
            return [];
        var allowed = Transitions(count, mayFollow);
        var back = new byte[words * count];
        Span<float> score = stackalloc float[count];
        Span<float> next = stackalloc float[count];
        for (var y = 0; y < count; y++)
            score[y] = first(y) ? Log(probabilities[y]) : Impossible;
        for (var word = 1; word < words; word++)
        {
            var row = probabilities.Slice(word * count, count);
            for (var y = 0; y < count; y++)
            {
                var (best, from) = (Impossible, 0);
                for (var x = 0; x < count; x++)
                    if (allowed[x * count + y] && score[x] > best)
                        (best, from) = (score[x], x);
                next[y] = best + Log(row[y]);
                back[word * count + y] = (byte)from;
            }
            next.CopyTo(score);
        }
        for (var y = 0; y < count; y++)
            if (!last(y))
                score[y] = Impossible;
        return Trace(score, back, words, count);
    }

    private static int[] Trace(ReadOnlySpan<float> score, byte[] back, int words, int count)
    {
        var path = new int[words];
        var last = 0;
        for (var y = 1; y < count; y++)
            if (score[y] > score[last])
                last = y;
        for (var word = words - 1; word >= 0; word--)
        {
            path[word] = last;
            last = back[word * count + last];
        }
        return path;
    }

    private static bool[] Transitions(int count, Func<int, int, bool> mayFollow)
    {
        var allowed = new bool[count * count];
        for (var x = 0; x < count; x++)
        for (var y = 0; y < count; y++)
            allowed[x * count + y] = mayFollow(x, y);
        return allowed;
    }

    /// <summary>A probability that underflowed to 0 is very unlikely, not impossible.</summary>
    private static float Log(float probability) => MathF.Log(MathF.Max(probability, float.Epsilon));
}
