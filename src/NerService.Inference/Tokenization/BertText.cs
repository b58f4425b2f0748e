using System.Globalization;
using System.Text;

namespace NerService.Inference.Tokenization;

/// <summary>What BERT's basic tokenization does to a text before WordPiece.</summary>
/// <param name="Lowercase">Letters become small ones.</param>
/// <param name="StripAccents">Accents are dropped; for Arabic also the hamza on and under letters and the madda: أ becomes ا.</param>
/// <param name="SplitIdeographs">Each CJK ideograph is a token of its own.</param>
internal readonly record struct BertTextOptions(bool Lowercase, bool StripAccents, bool SplitIdeographs = true);

/// <summary>
/// BERT's basic tokenization (Devlin et al., 2019) of one word: control characters are dropped, accents and case as the model was trained, and each
/// punctuation mark and ideograph becomes a token of its own.
/// </summary>
internal static class BertText
{
    private const int FirstHangul = 0xAC00, LastHangul = 0xD7A3;

    /// <summary>The word's tokens, parted by one space; empty when nothing is left.</summary>
    internal static string Tokens(ReadOnlySpan<char> word, BertTextOptions options)
    {
        var tokens = new StringBuilder(word.Length + 8);
        foreach (var rune in word.EnumerateRunes())
        {
            if (IsDropped(rune)) continue;
            var kept = options.StripAccents ? StripAccents(rune) : rune;
            if (kept is not { } letter) continue;
            if (options.Lowercase) letter = Rune.ToLowerInvariant(letter);
            if (Rune.IsWhiteSpace(letter)) Part(tokens);
            else if (IsPunctuation(letter) || options.SplitIdeographs && IsIdeograph(letter.Value)) AppendAlone(tokens, letter);
            else if (options.StripAccents && letter.Value is >= FirstHangul and <= LastHangul) AppendJamo(tokens, letter.Value - FirstHangul);
            else Append(tokens, letter);
        }
        if (tokens.Length > 0 && tokens[^1] == ' ') tokens.Length--;
        return tokens.ToString();
    }

    private static Rune? StripAccents(Rune rune)
    {
        if (!rune.IsBmp) return Rune.GetUnicodeCategory(rune) == UnicodeCategory.NonSpacingMark ? null : rune;
        return AccentStripper.Strip((char)rune.Value) is { } plain ? new Rune(plain) : null;
    }

    /// <summary>Accents are found by decomposition, which also takes Korean syllables apart (Unicode 3.12, conjoining jamo behaviour).</summary>
    private static void AppendJamo(StringBuilder tokens, int syllable)
    {
        const int vowels = 21, trails = 28;
        tokens.Append((char)('\u1100' + syllable / (vowels * trails))).Append((char)('\u1161' + syllable % (vowels * trails) / trails));
        if (syllable % trails > 0) tokens.Append((char)('\u11A7' + syllable % trails));
    }

    private static void AppendAlone(StringBuilder tokens, Rune rune)
    {
        Part(tokens);
        Append(tokens, rune);
        Part(tokens);
    }

    private static void Append(StringBuilder tokens, Rune rune)
    {
        Span<char> units = stackalloc char[2];
        tokens.Append(units[..rune.EncodeToUtf16(units)]);
    }

    private static void Part(StringBuilder tokens)
    {
        if (tokens.Length > 0 && tokens[^1] != ' ') tokens.Append(' ');
    }

    /// <summary>NUL, U+FFFD and every other control, format, private or surrogate character; a lone surrogate is read as U+FFFD.</summary>
    private static bool IsDropped(Rune rune) => rune.Value is 0 or 0xFFFD || !Rune.IsWhiteSpace(rune) && Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control
        or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate;

    /// <summary>Unicode punctuation, and every ASCII sign that is neither letter nor digit: BERT counts $ + &lt; = &gt; ^ ` | ~ too.</summary>
    private static bool IsPunctuation(Rune rune) =>
        rune.IsAscii ? rune.Value is >= 33 and <= 47 or >= 58 and <= 64 or >= 91 and <= 96 or >= 123 and <= 126 : Rune.IsPunctuation(rune);

    private static bool IsIdeograph(int c) =>
        c is >= 0x4E00 and <= 0x9FFF or >= 0x3400 and <= 0x4DBF or >= 0x20000 and <= 0x2A6DF or >= 0x2A700 and <= 0x2B73F or >= 0x2B740 and <= 0x2B81F
            or >= 0x2B820 and <= 0x2CEAF or >= 0xF900 and <= 0xFAFF or >= 0x2F800 and <= 0x2FA1F;
}
