namespace NerService.Inference.Decoding;

/// <summary>One label distribution per word. Immutable once handed out.</summary>
public sealed class WordPosteriors
{
    private readonly float[] _probabilities;

    private WordPosteriors(LabelSet labels, float[] probabilities)
    {
        Labels = labels;
        _probabilities = probabilities;
    }

    /// <summary>The labels, in the order of each distribution.</summary>
    public LabelSet Labels { get; }

    /// <summary>Number of words.</summary>
    public int WordCount => _probabilities.Length / Labels.Count;

    /// <summary>Probability of each label of a word; sums to 1.</summary>
    public ReadOnlySpan<float> this[int word] => _probabilities.AsSpan(word * Labels.Count, Labels.Count);

    /// <summary>All distributions, row by row.</summary>
    internal ReadOnlySpan<float> Probabilities => _probabilities;

    /// <summary>Turns logits into distributions by softmax, in place.</summary>
    /// <param name="labels">The labels of the logits.</param>
    /// <param name="logits">[words, labels], row by row; taken over.</param>
    public static WordPosteriors FromLogits(LabelSet labels, float[] logits)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(logits);
        if (logits.Length % labels.Count != 0)
            throw new ArgumentException($"{logits.Length} logits are not a whole number of rows of {labels.Count}.", nameof(logits));
        SoftmaxRows(logits, labels.Count);
        return new WordPosteriors(labels, logits);
    }

    /// <summary>Distributions that are ready.</summary>
    /// <param name="labels">Their labels.</param>
    /// <param name="probabilities">[words, labels], each row summing to 1; taken over.</param>
    internal static WordPosteriors FromProbabilities(LabelSet labels, float[] probabilities) => new(labels, probabilities);

    /// <summary>Turns each row of logits into a distribution, in place.</summary>
    internal static void SoftmaxRows(float[] logits, int count)
    {
        for (var row = 0; row < logits.Length; row += count)
            Softmax(logits.AsSpan(row, count));
    }

    private static void Softmax(Span<float> row)
    {
        var max = float.NegativeInfinity;
        foreach (var x in row)
            max = MathF.Max(max, x);
        var sum = 0f;
        foreach (ref var x in row)
            sum += x = MathF.Exp(x - max);
        foreach (ref var x in row)
            x /= sum;
    }
}
