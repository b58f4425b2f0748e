using NerService.Text.Folding;

namespace NerService.Text.Clitics;

/// <summary>
/// The grammar of what Arabic writes on to the front of a word: و or ف, then one of ب ل ك س, then ال, each optional; لل is ل + ال with its alef
/// dropped, and with one ل dropped too where the name begins with ل. By letters alone: whether a cut makes sense is for others to say (وليد is no و +
/// ليد).
/// </summary>
public static class Proclitics
{
    /// <summary>No word can be cut in more ways.</summary>
    public const int MaxCuts = 5;

    /// <summary>The article as a word has it that no ل stands before.</summary>
    public const string Article = "ال";

    internal const char None = '\0';

    private const string Conjunctions = "وف",
        Prepositions = "بلكس";

    /// <summary>Whether a folded word can begin with a proclitic other than the article.</summary>
    public static bool MayBegin(ReadOnlySpan<char> word) =>
        word is [var first, _, ..] && (Conjunctions.Contains(first) || Prepositions.Contains(first));

    /// <summary>Whether a folded word can begin with the conjunction that lists names: و.</summary>
    public static bool MayCoordinate(ReadOnlySpan<char> word) => word is ['و', _, ..];

    /// <summary>Where a word's article would begin if it had one with its alef: after و or ف, and ب or ك.</summary>
    internal static int ArticleStart(ReadOnlySpan<char> word)
    {
        var start = !word.IsEmpty && Conjunctions.Contains(word[0]) ? 1 : 0;
        return start < word.Length && word[start] != 'ل' && Prepositions.Contains(word[start]) ? start + 1 : start;
    }

    /// <summary>Lists the ways to cut a word.</summary>
    /// <param name="word">A folded word (<see cref="FoldingProfile.GazetteerKey"/>).</param>
    /// <param name="cuts">Receives the cuts, the shortest first, those that restore nothing before those that do; at least <see cref="MaxCuts"/>
    /// long.</param>
    /// <returns>Number of cuts; each leaves at least one character.</returns>
    public static int List(ReadOnlySpan<char> word, Span<ProcliticCut> cuts)
    {
        if (!MayBegin(word) && !word.StartsWith(Article))
            return 0;
        var list = new Cuts(word, cuts);
        var (conjunction, at) = Conjunctions.Contains(word[0]) ? (word[0], 1) : (None, 0);
        if (conjunction != None)
            list.Add(conjunction, None, 1);
        var preposition = at < word.Length && Prepositions.Contains(word[at]) ? word[at] : None;
        if (preposition != None)
        {
            list.Add(conjunction, preposition, at + 1);
            if (word[at..] is ['ل', 'ل', ..])
            {
                list.Add(conjunction, preposition, at + 1, "ا");
                list.Add(conjunction, preposition, at + 1, Article);
                list.Add(conjunction, preposition, at + 2, cutsArticle: true);
            }
        }
        if (word[at..].StartsWith(Article))
            list.Add(conjunction, None, at + 2, cutsArticle: true);
        if (preposition != None && word[(at + 1)..].StartsWith(Article))
            list.Add(conjunction, preposition, at + 3, cutsArticle: true);
        return list.Count;
    }

    private ref struct Cuts(ReadOnlySpan<char> word, Span<ProcliticCut> cuts)
    {
        private readonly ReadOnlySpan<char> _word = word;
        private readonly Span<ProcliticCut> _cuts = cuts;

        internal int Count { get; private set; }

        internal void Add(char conjunction, char preposition, int length, string restored = "", bool cutsArticle = false)
        {
            if (length < _word.Length)
                _cuts[Count++] = new ProcliticCut(conjunction, preposition, cutsArticle, length, restored);
        }
    }
}
