using NerService.Text.Clitics;
using NerService.Text.Documents;

namespace NerService.Text.Folding;

/// <summary>
/// Lam-alef turned round: programs that take text out of PDF files write the letters of the ligature in the order alef, lam, so that الأمم becomes
/// األمم, للأردن لألردن and علاء عالء. A word is read as it was meant; the text and every offset stay as they are, since no letter is added or lost.
/// </summary>
public static class TurnedLamAlef
{
    /// <summary>The text as it is read where its words show the fault by their letters alone: no Arabic word begins with an alef before another one
    /// and a lam (اال, األ, اإل, اآل), after و, ف, ب or ك neither.</summary>
    /// <param name="text">The text.</param>
    /// <param name="words">Its words.</param>
    /// <returns>A text of the same length; the text itself where no word shows the fault.</returns>
    internal static string Read(string text, ReadOnlySpan<TextSpan> words)
    {
        char[]? reading = null;
        foreach (var span in words)
        {
            var word = span.Slice(text);
            if (word.Length < 4)
                continue;
            var article = Proclitics.ArticleStart(word);
            if (article + 3 >= word.Length || word[article] != 'ا' || !IsPair(word, article + 1))
                continue;
            Turn((reading ??= text.ToCharArray()).AsSpan(span.Start, span.Length), article + 1);
        }
        return reading is null ? text : new string(reading);
    }

    /// <summary>Whether most lam-alefs that a document is read with stand turned round in its text.</summary>
    public static bool IsMostlyTurned(SourceText source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var reading = source.Read(new TextSpan(0, source.Text.Length));
        var (turned, inOrder) = (0, 0);
        for (var i = 0; i + 1 < reading.Length; i++)
        {
            if (reading[i] != 'ل' || !IsAlef(reading[i + 1]))
                continue;
            if (source.Text[i] == 'ل')
                inOrder++;
            else
                turned++;
        }
        return turned > inOrder;
    }

    /// <summary>Where in a word an alef stands before a lam, so that the two may be a ligature turned round.</summary>
    /// <param name="word">A word as it is read.</param>
    /// <param name="from">Where to look from.</param>
    /// <returns>Index of the alef; -1 when there is none.</returns>
    public static int Find(ReadOnlySpan<char> word, int from)
    {
        for (var i = from; i + 1 < word.Length; i++)
            if (IsPair(word, i))
                return i;
        return -1;
    }

    /// <summary>Turns the alef and lam at an index.</summary>
    public static void Turn(Span<char> word, int alef) => (word[alef], word[alef + 1]) = (word[alef + 1], word[alef]);

    private static bool IsPair(ReadOnlySpan<char> word, int alef) => IsAlef(word[alef]) && word[alef + 1] == 'ل';

    private static bool IsAlef(char c) => c is 'ا' or 'أ' or 'إ' or 'آ';
}
