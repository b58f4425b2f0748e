namespace NerService.Text;

/// <summary>One way to take proclitics off a folded word.</summary>
/// <param name="Length">Folded characters taken off the front; at least 1.</param>
/// <param name="Restored">What to put before the rest to get the name as a dictionary has it: nothing, or the letters of the article that the
/// script drops after ل (ا in للقاهرة, ال in للاذقية). They stand nowhere in the text.</param>
public readonly record struct ProcliticCut(int Length, string Restored)
{
    /// <summary>No word can be cut in more ways.</summary>
    public const int MaxCuts = 5;

    /// <summary>
    /// Lists the ways to cut a word by its letters alone: و or ف, then one of ب ل ك س, then ال, each optional; لل is ل + ال with its alef dropped,
    /// and with one ل dropped too where the name begins with ل. Whether a cut makes sense is for others to say: by letters, وليد is و + ليد.
    /// </summary>
    /// <param name="word">A folded word (<see cref="FoldingProfile.GazetteerKey"/>).</param>
    /// <param name="cuts">Receives the cuts, the shortest first, those that restore nothing before those that do; at least <see cref="MaxCuts"/> long.</param>
    /// <returns>Number of cuts; each leaves at least one character.</returns>
    public static int List(ReadOnlySpan<char> word, Span<ProcliticCut> cuts)
    {
        var count = 0;
        if (word.Length < 2) return 0;
        var conjunction = word[0] is 'و' or 'ف' ? 1 : 0;
        if (word[0] is not ('و' or 'ف' or 'ب' or 'ل' or 'ك' or 'س' or 'ا')) return 0;

        if (conjunction > 0) Add(word, conjunction, "", cuts, ref count);
        var preposition = conjunction < word.Length && word[conjunction] is 'ب' or 'ل' or 'ك' or 'س' ? conjunction + 1 : conjunction;
        if (preposition > conjunction)
        {
            Add(word, preposition, "", cuts, ref count);
            if (word[conjunction] == 'ل' && preposition < word.Length && word[preposition] == 'ل')
            {
                Add(word, preposition, "ا", cuts, ref count);
                Add(word, preposition, "ال", cuts, ref count);
                Add(word, preposition + 1, "", cuts, ref count);
            }
        }
        if (StartsWithArticle(word[conjunction..])) Add(word, conjunction + 2, "", cuts, ref count);
        if (preposition > conjunction && StartsWithArticle(word[preposition..])) Add(word, preposition + 2, "", cuts, ref count);
        return count;
    }

    private static bool StartsWithArticle(ReadOnlySpan<char> word) => word is ['ا', 'ل', ..];

    private static void Add(ReadOnlySpan<char> word, int length, string restored, Span<ProcliticCut> cuts, ref int count)
    {
        if (length < word.Length) cuts[count++] = new ProcliticCut(length, restored);
    }
}
