using System.Globalization;
using System.Text;

namespace NerService.Inference.Tokenization.Normalization;

/// <summary>A step of what a tokenizer does to a word before it cuts it. Thread-safe.</summary>
internal delegate string TextStep(string text);

/// <summary>Steps that need no settings.</summary>
internal static class TextSteps
{
    /// <summary>Takes a text through steps in their order.</summary>
    internal static string Through(this IEnumerable<TextStep> steps, string text) => steps.Aggregate(text, (reached, step) => step(reached));

    /// <summary>Rewrites a text rune by rune.</summary>
    internal static string Rewrite(string text, Func<StringBuilder, Rune, StringBuilder> write) =>
        text.EnumerateRunes().Aggregate(new StringBuilder(text.Length + 8), write).ToString();

    /// <summary>Lowercases letter by letter. İ is the one letter whose lowercase is two characters.</summary>
    internal static string Lower(string text) =>
        Rewrite(text, (lower, rune) => rune.Value == 'İ' ? lower.Append("i\u0307") : lower.Append(Rune.ToLowerInvariant(rune)));

    /// <summary>Drops marks that stand by themselves; composed letters keep theirs.</summary>
    /// <param name="text">Decomposed, where the marks of letters are meant.</param>
    /// <param name="nonSpacingOnly">Whether marks that take room stay.</param>
    internal static string DropMarks(string text, bool nonSpacingOnly)
    {
        return Rewrite(text, (kept, rune) => IsDropped(Rune.GetUnicodeCategory(rune)) ? kept : kept.Append(rune));

        bool IsDropped(UnicodeCategory category) =>
            category == UnicodeCategory.NonSpacingMark
            || !nonSpacingOnly && category is UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;
    }

    /// <summary>What SentencePiece's nmt rules do: some control characters go, others and exotic spaces become spaces.</summary>
    internal static string Nmt(string text)
    {
        var kept = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (c is >= '\u0001' and <= '\u0008' or '\u000B' or >= '\u000E' and <= '\u001F' or '\u007F' or '\u008F' or '\u009F')
                continue;
            var isSpace =
                c
                is '\t'
                    or '\n'
                    or '\f'
                    or '\r'
                    or '\u1680'
                    or >= '\u200B'
                    and <= '\u200F'
                    or '\u2028'
                    or '\u2029'
                    or '\u2581'
                    or '\uFEFF'
                    or '\uFFFD';
            kept.Append(isSpace ? ' ' : c);
        }
        return kept.ToString();
    }
}
