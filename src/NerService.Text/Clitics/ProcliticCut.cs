using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace NerService.Text.Clitics;

/// <summary>One way to take proclitics off a folded word.</summary>
/// <param name="Conjunction">و or ف; the null character when none is cut.</param>
/// <param name="Preposition">ب, ل, ك or س; the null character when none is cut.</param>
/// <param name="CutsArticle">Whether the article is cut too, ال or what the script leaves of it after ل.</param>
/// <param name="Length">Folded characters taken off the front; at least 1.</param>
/// <param name="Restored">What to put before the rest to get the name as a dictionary has it: nothing, or the letters of the article that the
/// script drops after ل (ا in للقاهرة, ال in للاذقية). They stand nowhere in the text.</param>
public readonly record struct ProcliticCut(char Conjunction, char Preposition, bool CutsArticle, int Length, string Restored)
{
    /// <summary>What is cut, in reading order: و ف ب ل ك س ال.</summary>
    public ImmutableArray<string> Clitics()
    {
        var clitics = ImmutableArray.CreateBuilder<string>(3);
        if (Conjunction != Proclitics.None)
            clitics.Add(Conjunction.ToString());
        if (Preposition != Proclitics.None)
            clitics.Add(Preposition.ToString());
        if (CutsArticle)
            clitics.Add(Proclitics.Article);
        return clitics.DrainToImmutable();
    }

    /// <summary>The folded word without what is cut, with what the script drops.</summary>
    /// <param name="word">The word that the cut was listed for, or a key that begins with it.</param>
    /// <returns>A slice of the word; a copy where letters are restored, which is after ل only.</returns>
    public ReadOnlySpan<char> Rest(ReadOnlySpan<char> word) => Restored.Length == 0 ? word[Length..] : string.Concat(Restored, word[Length..]);
}

/// <summary>Room for every cut of a word.</summary>
[InlineArray(Proclitics.MaxCuts)]
public struct ProcliticCuts
{
    private ProcliticCut _first;
}
