using System.Text;
using NerService.Text.Documents;
using NerService.Text.Folding;
using NerService.Workbench.Training;

namespace NerService.Workbench.Evaluation;

/// <summary>The same annotated document in another spelling, word for word. Deterministic.</summary>
internal static class SpellingVariants
{
    private const string Vowels = "\u064E\u064F\u0650\u0652";

    /// <summary>
    /// With tashkeel: after each letter except alef and the last of a word one of fatha, damma, kasra and sukun, chosen by the letter and its place.
    /// No true vocalisation, but what fully vowelled text looks like to a program. Words that carry tashkeel already stay as they are.
    /// </summary>
    internal static LabelledDocument Vocalised(LabelledDocument document) => Respell(document, Vocalise);

    /// <summary>
    /// As hurried writers spell: hamza, final ya and ta marbuta flattened (أإآ to ا, ى to ي, ة to ه, ؤ to و, ئ to ي), tashkeel left out: the folding
    /// of gazetteer keys.
    /// </summary>
    internal static LabelledDocument Noisy(LabelledDocument document) =>
        Respell(document, word => ArabicFolding.Fold(word, FoldingProfile.GazetteerKey) is { Length: > 0 } folded ? folded : word.ToString());

    private static LabelledDocument Respell(LabelledDocument document, Respelling respell)
    {
        var tokens = new string[document.Source.WordCount];
        for (var word = 0; word < tokens.Length; word++)
            tokens[word] = respell(document.Source.Word(word));
        return document with { Source = SourceText.FromTokens(tokens) };
    }

    private static string Vocalise(ReadOnlySpan<char> word)
    {
        foreach (var c in word)
            if (ArabicFolding.IsTashkeel(c))
                return word.ToString();
        var vocalised = new StringBuilder(2 * word.Length);
        for (var i = 0; i < word.Length; i++)
        {
            vocalised.Append(word[i]);
            if (i + 1 < word.Length && IsConsonant(word[i]))
                vocalised.Append(Vowels[(word[i] + i) % Vowels.Length]);
        }
        return vocalised.ToString();
    }

    /// <summary>Letters of the Arabic alphabet that carry a vowel: all but the forms of alef.</summary>
    private static bool IsConsonant(char c) => c is >= 'ب' and <= 'ي' and not 'ـ' and not 'ى' || c is 'ؤ' or 'ئ' or 'ء';

    private delegate string Respelling(ReadOnlySpan<char> word);
}
