namespace NerService.Inference.Decoding;

/// <summary>
/// The most probable label sequence in which I-X follows only B-X or I-X: first-order Viterbi with hard transition constraints, the words' label
/// probabilities taken as independent. Ties go to the label that stands first. Time O(words x labels²).
/// </summary>
public static class ViterbiDecoder
{
    private const float Impossible = float.NegativeInfinity;

    /// <summary>Decodes a document.</summary>
    /// <returns>One label index a word.</returns>
    public static int[] Decode(WordPosteriors posteriors)
    {
        ArgumentNullException.ThrowIfNull(posteriors);
        var labels = posteriors.Labels;
        var (words, count) = (posteriors.WordCount, labels.Count);
        if (words == 0) return [];
        var allowed = Transitions(labels);
        var back = new byte[words * count];
        Span<float> score = stackalloc float[count];
        Span<float> next = stackalloc float[count];
        var first = posteriors[0];
        for (var y = 0; y < count; y++) score[y] = labels.IsInside(y) ? Impossible : Log(first[y]);
        for (var word = 1; word < words; word++)
        {
            var row = posteriors[word];
            for (var y = 0; y < count; y++)
            {
                var (best, from) = (Impossible, 0);
                for (var x = 0; x < count; x++)
                    if (allowed[x * count + y] && score[x] > best) (best, from) = (score[x], x);
                next[y] = best + Log(row[y]);
                back[word * count + y] = (byte)from;
            }
            next.CopyTo(score);
        }
        return Trace(score, back, words, count);
    }

    private static int[] Trace(ReadOnlySpan<float> score, byte[] back, int words, int count)
    {
        var path = new int[words];
        var last = 0;
        for (var y = 1; y < count; y++)
            if (score[y] > score[last]) last = y;
        for (var word = words - 1; word >= 0; word--)
        {
            path[word] = last;
            last = back[word * count + last];
        }
        return path;
    }

    private static bool[] Transitions(LabelSet labels)
    {
        var allowed = new bool[labels.Count * labels.Count];
        for (var x = 0; x < labels.Count; x++)
            for (var y = 0; y < labels.Count; y++)
                allowed[x * labels.Count + y] = labels.MayFollow(x, y);
        return allowed;
    }

    /// <summary>A probability that underflowed to 0 is very unlikely, not impossible.</summary>
    private static float Log(float probability) => MathF.Log(MathF.Max(probability, float.Epsilon));
}
