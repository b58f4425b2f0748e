namespace NerService.Text.Documents;

/// <summary>Half-open range [<paramref name="Start"/>, <paramref name="End"/>) of word indices of one document.</summary>
/// <param name="Start">Index of the first word; at least 0.</param>
/// <param name="End">Index after the last word; greater than <paramref name="Start"/> for a range that covers something.</param>
public readonly record struct WordRange(int Start, int End)
{
    /// <summary>Number of words.</summary>
    public int Length => End - Start;

    /// <summary>Whether both ranges share at least one word.</summary>
    public bool Overlaps(WordRange other) => Start < other.End && other.Start < End;

    /// <summary>Whether every word of the other range is in this one.</summary>
    public bool Contains(WordRange other) => Start <= other.Start && other.End <= End;
}
