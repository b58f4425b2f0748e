using System.Globalization;
using System.Text;

namespace NerService.Inference.Tokenization.Normalization;

/// <summary>What BERT's basic tokenization does to a text before WordPiece.</summary>
/// <param name="Lowercase">Letters are lowercased.</param>
/// <param name="StripAccents">Accents are dropped; for Arabic also the hamza on and under letters and the madda: أ becomes ا.</param>
/// <param name="SplitIdeographs">Each CJK ideograph is a token of its own.</param>
/// <param name="Clean">Control characters are dropped.</param>
internal readonly record struct BertTextOptions(bool Lowercase, bool StripAccents, bool SplitIdeographs = true, bool Clean = true);

/// <summary>BERT's basic tokenization (Devlin et al., 2019) in its two parts. Tokens are separated by spaces.</summary>
internal static class BertText
{
    /// <summary>Control characters, ideographs, accents and case as the model was trained.</summary>
    internal static string Normalize(string text, BertTextOptions options)
    {
        var normalized = TextSteps.Rewrite(
            text,
            (cleaned, rune) =>
                options.Clean && IsDropped(rune) ? cleaned
                : options.SplitIdeographs && IsIdeograph(rune.Value) ? cleaned.Append(' ').Append(rune).Append(' ')
                : cleaned.Append(rune)
        );
        if (options.StripAccents)
            normalized = TextSteps.DropMarks(UnicodeForms.Decompose(normalized), nonSpacingOnly: true);
        return options.Lowercase ? TextSteps.Lower(normalized) : normalized;
    }

    /// <summary>Each punctuation mark becomes a token of its own.</summary>
    internal static string SplitPunctuation(string text) =>
        TextSteps.Rewrite(text, (parted, rune) => IsPunctuation(rune) ? parted.Append(' ').Append(rune).Append(' ') : parted.Append(rune));

    /// <summary>NUL, U+FFFD and every other control, format, private or surrogate character; a lone surrogate is read as U+FFFD.</summary>
    private static bool IsDropped(Rune rune) =>
        rune.Value is 0 or 0xFFFD
        || !Rune.IsWhiteSpace(rune)
            && Rune.GetUnicodeCategory(rune)
                is UnicodeCategory.Control
                    or UnicodeCategory.Format
                    or UnicodeCategory.PrivateUse
                    or UnicodeCategory.Surrogate;

    /// <summary>Unicode punctuation, and every ASCII sign that is neither letter nor digit: BERT counts $ + &lt; = &gt; ^ ` | ~ too.</summary>
    private static bool IsPunctuation(Rune rune) =>
        rune.IsAscii ? rune.Value is >= 33 and <= 47 or >= 58 and <= 64 or >= 91 and <= 96 or >= 123 and <= 126 : Rune.IsPunctuation(rune);

    private static bool IsIdeograph(int c) =>
        c
            is >= 0x4E00
                and <= 0x9FFF
                or >= 0x3400
                and <= 0x4DBF
                or >= 0x20000
                and <= 0x2A6DF
                or >= 0x2A700
                and <= 0x2B73F
                or >= 0x2B740
                and <= 0x2B81F
                or >= 0x2B820
                and <= 0x2CEAF
                or >= 0xF900
                and <= 0xFAFF
                or >= 0x2F800
                and <= 0x2FA1F;
}
