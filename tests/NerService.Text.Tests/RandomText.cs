using CsCheck;

namespace NerService.Text.Tests;

/// <summary>Texts made of what real Arabic text trips over, in random order.</summary>
internal static class RandomText
{
    private static readonly Gen<string> ArabicLetters = Gen.OneOf(
        "ا",
        "أ",
        "إ",
        "آ",
        "ٱ",
        "ب",
        "ت",
        "ة",
        "ج",
        "د",
        "ر",
        "س",
        "ف",
        "ك",
        "ک",
        "ل",
        "لا",
        "م",
        "ن",
        "ه",
        "و",
        "ؤ",
        "ي",
        "ى",
        "ئ",
        "ی",
        "ڤ",
        "گ",
        "چ"
    );

    private static readonly Gen<string> MarksAndTatweel = Gen.OneOf("ـ", "ً", "َ", "ُ", "ِ", "ّ", "ْ", "ٰ", "ؐ", "ۖ", "ۭ", "́");

    /// <summary>
    /// A family joined by ZWJ, a waving hand with skin tone, flags of two and of one regional indicator, a keycap, the flag of Scotland in tags.
    /// </summary>
    private static readonly Gen<string> Emoji = Gen.OneOf(
        "👨‍👩‍👧‍👦",
        "👋🏽",
        "🇵🇸",
        "🇲🇦🇪🇸",
        "🇪",
        "1️⃣",
        "#️⃣",
        "❤️‍🔥",
        "🏴󠁧󠁢󠁳󠁣󠁴󠁿",
        "🙂",
        "☎️"
    );

    /// <summary>RLM, LRM, ALM, ZWJ, ZWNJ, ZWSP, word joiner, soft hyphen, BOM, isolates and embeddings.</summary>
    private static readonly Gen<string> Invisible = Gen.OneOf(
        "\u200F",
        "\u200E",
        "\u061C",
        "\u200D",
        "\u200C",
        "\u200B",
        "\u2060",
        "\u00AD",
        "\uFEFF",
        "\u2067",
        "\u2069",
        "\u202B",
        "\u202C"
    );

    private static readonly Gen<string> Space = Gen.OneOf(
        " ",
        "\t",
        "\n",
        "\r\n",
        "\r",
        "\u2028",
        "\u2029",
        "\u00A0",
        "\u0085",
        "\u3000",
        "\0",
        "\u001F"
    );

    private static readonly Gen<string> LoneSurrogates = Gen.OneOf("\uD83D", "\uDE42", "\uD800", "\uDFFF", "\uDC00");

    /// <summary>Letters of two characters each: bold Latin, an Arabic mathematical letter, a Chinese ideograph outside the BMP, Gothic.</summary>
    private static readonly Gen<string> FourByteLetters = Gen.OneOf("𝐀", "𞸁", "𠮷", "𐌰");

    private static readonly Gen<string> PresentationForms = Gen.Char['\uFB50', '\uFEFF']
        .Where(c => c is <= '\uFDFF' or >= '\uFE70')
        .Select(c => c.ToString());

    private static readonly Gen<string> LatinAndNumbers = Gen.OneOf(
        "a",
        "Z",
        "é",
        "ß",
        "O'Brien",
        "U.N",
        "7",
        "42",
        "٣",
        "٣٫٥",
        "1,000",
        "72.5",
        "10:30",
        "_",
        "%",
        "+",
        "-",
        "mona@example.com",
        "@",
        "#",
        "https://",
        "www.",
        "ftp://",
        "example.com"
    );

    private static readonly Gen<string> Punctuation = Gen.OneOf(
        ".",
        ",",
        "،",
        "؛",
        "؟",
        "!",
        "…",
        ":",
        "(",
        ")",
        "[",
        "]",
        "«",
        "»",
        "\"",
        "'",
        "’",
        "/",
        "٫",
        "٬",
        "﴾",
        "﷼",
        "$"
    );

    private static readonly Gen<string> AnyCharacter = Gen.Char.Select(c => c.ToString());

    /// <summary>Anything at all, 0 to 80 fragments long.</summary>
    internal static readonly Gen<string> Text = Gen.Frequency(
            (6, ArabicLetters),
            (3, MarksAndTatweel),
            (2, Emoji),
            (2, Invisible),
            (3, Space),
            (1, LoneSurrogates),
            (1, FourByteLetters),
            (2, PresentationForms),
            (2, LatinAndNumbers),
            (3, Punctuation),
            (1, AnyCharacter)
        )
        .Array[0, 80]
        .Select(string.Concat);
}
