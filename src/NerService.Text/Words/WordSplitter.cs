using System.Globalization;
using System.Text;
using NerService.Text.Documents;
using NerService.Text.Folding;

namespace NerService.Text.Words;

/// <summary>
/// Splits running text into words: whitespace and punctuation end a word, each punctuation mark is a word of its own. Numbers with their separators,
/// Latin words, URLs, e-mail addresses, mentions and emoji sequences stay whole. A hashtag is opened: its # (or ＃) and each _ separate words as white
/// space does. A tashkeel mark, a tatweel or a direction mark inside a word never splits it. Invisible characters at a word's edge belong to no word.
/// </summary>
public static class WordSplitter
{
    /// <summary>The longest part of an e-mail address before the @ (RFC 5321, 4.5.3.1.1); it also bounds how far a word looks ahead.</summary>
    private const int MaxEmailLocalPart = 64;

    /// <summary>Splits a text.</summary>
    /// <returns>The words' spans, in order, never overlapping, none empty. Every visible character lies in exactly one, # and _ of a hashtag
    /// apart.</returns>
    public static TextSpan[] Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var words = new List<TextSpan>(text.Length / 5 + 1);
        foreach (var word in Enumerate(text))
            words.Add(word);
        return [.. words];
    }

    /// <summary>Enumerates the words of a text without allocating.</summary>
    public static Enumerator Enumerate(ReadOnlySpan<char> text) => new(text);

    /// <summary>Walks over the words of a text.</summary>
    public ref struct Enumerator
    {
        private readonly ReadOnlySpan<char> _text;
        private int _position;

        /// <summary>End of the hashtag last entered: before it, _ separates words.</summary>
        private int _hashtagEnd;

        internal Enumerator(ReadOnlySpan<char> text) => _text = text;

        /// <summary>The word last found.</summary>
        public TextSpan Current { get; private set; }

        /// <summary>The enumerator itself, so that <c>foreach</c> accepts it.</summary>
        public readonly Enumerator GetEnumerator() => this;

        /// <summary>Finds the next word.</summary>
        /// <returns>False at the end of the text.</returns>
        public bool MoveNext()
        {
            for (; _position < _text.Length; _position++)
            {
                var c = _text[_position];
                if (IsSeparator(c) || c == '_' && _position < _hashtagEnd)
                    continue;
                if (c is '#' or '＃' && HashtagEnd(_text, _position) is var hashtag and > 0)
                    _hashtagEnd = hashtag;
                else
                    return ReadWord();
            }
            return false;
        }

        private bool ReadWord()
        {
            var end = _position < _hashtagEnd ? PartEnd(_text[.._hashtagEnd], _position) : WordEnd(_text, _position);
            Current = new TextSpan(_position, TrimInvisible(_text, _position, end));
            _position = end;
            return true;
        }
    }

    private static int WordEnd(ReadOnlySpan<char> text, int start)
    {
        var rune = RuneAt(text, start, out _);
        if (rune.IsAscii && UrlEnd(text, start) is var url and > 0)
            return url;
        if (rune.Value == '@')
            return LettersEnd(text, start + 1);
        if (IsWordRune(rune))
        {
            if (IsEmailCharacter(text[start]) && EmailEnd(text, start) is var email and > 0)
                return email;
            return LettersEnd(text, start);
        }
        return SymbolEnd(text, start);
    }

    /// <summary>End of the hashtag whose sign stands here; 0 where no letter or digit follows, so that the sign is a mark.</summary>
    private static int HashtagEnd(ReadOnlySpan<char> text, int sign)
    {
        var end = LettersEnd(text, sign + 1);
        foreach (var c in text[(sign + 1)..end])
            if (c != '_' && !IsInvisibleInWord(c))
                return end;
        return 0;
    }

    /// <summary>End of the part of a hashtag that begins here.</summary>
    private static int PartEnd(ReadOnlySpan<char> hashtag, int start) =>
        hashtag[start..].IndexOf('_') is var length and >= 0 ? start + length : hashtag.Length;

    /// <summary>End of a run of letters, digits, marks and the joiners that hold numbers and Latin words together.</summary>
    private static int LettersEnd(ReadOnlySpan<char> text, int start)
    {
        var i = start;
        while (i < text.Length)
        {
            var c = text[i];
            // Most of a text: letters of Arabic, tatweel among them.
            if (c is >= 'ء' and <= 'ي' || IsInvisibleInWord(c))
            {
                i++;
                continue;
            }
            var rune = RuneAt(text, i, out var length);
            if (!IsWordRune(rune) && !(i > start && IsJoiner(text, i)))
                break;
            i += length;
        }
        return i;
    }

    /// <summary>Whether a punctuation mark holds its neighbours together: 72.5, 1,000, ٣٫٥, 10:30, U.N, example.com, O'Brien.</summary>
    private static bool IsJoiner(ReadOnlySpan<char> text, int i)
    {
        if (i + 1 >= text.Length)
            return false;
        var (before, mark, after) = (text[i - 1], text[i], text[i + 1]);
        if (char.IsDigit(before) && char.IsDigit(after))
            return mark is '.' or ',' or ':' or '٫' or '٬';
        if (char.IsAsciiLetterOrDigit(before) && char.IsAsciiLetterOrDigit(after) && mark == '.')
            return true;
        return (mark is '\'' or '’') && IsLatinLetter(before) && IsLatinLetter(after);
    }

    /// <summary>End of a URL that begins here, or 0. It runs to whitespace, a quote, a bracket or Arabic punctuation; closing punctuation stays
    /// out.</summary>
    private static int UrlEnd(ReadOnlySpan<char> text, int start)
    {
        var rest = text[start..];
        var scheme = 0;
        foreach (var prefix in (ReadOnlySpan<string>)["https://", "http://", "ftp://", "www."])
        {
            if (!rest.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                continue;
            scheme = prefix.Length;
            break;
        }
        if (scheme == 0)
            return 0;
        var end = start + scheme;
        var unopened = 0;
        for (; end < text.Length && !IsSeparator(text[end]) && !"\"<>«»“”،؛؟".Contains(text[end]); end++)
            unopened += BracketDepth(text[end]);
        while (end > start + scheme && (".,:;!?'".Contains(text[end - 1]) || text[end - 1] is ')' or ']' && unopened > 0))
            unopened -= BracketDepth(text[--end]);
        return end > start + scheme ? end : 0;
    }

    /// <summary>What a bracket adds to the number of closing brackets that nothing opened.</summary>
    private static int BracketDepth(char c) =>
        c is ')' or ']' ? 1
        : c is '(' or '[' ? -1
        : 0;

    /// <summary>End of an e-mail address that begins here, or 0.</summary>
    private static int EmailEnd(ReadOnlySpan<char> text, int start)
    {
        var at = start;
        var limit = Math.Min(text.Length, start + MaxEmailLocalPart + 1);
        while (at < limit && IsEmailCharacter(text[at]))
            at++;
        if (at >= limit || text[at] != '@')
            return 0;
        var domain = at + 1;
        var end = domain;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '-' or '.'))
            end++;
        while (end > domain && text[end - 1] is '.' or '-')
            end--;
        return text[domain..end].IndexOf('.') > 0 ? end : 0;
    }

    /// <summary>End of a symbol: one character, or a whole emoji sequence (variation selectors, skin tones, joined pictures, flags, keycaps), which
    /// is one grapheme cluster of Unicode.</summary>
    private static int SymbolEnd(ReadOnlySpan<char> text, int start) =>
        start
        + (
            Rune.GetUnicodeCategory(RuneAt(text, start, out var length)) is UnicodeCategory.OtherSymbol or UnicodeCategory.OtherNotAssigned
                ? StringInfo.GetNextTextElementLength(text[start..])
                : length
        );

    private static int TrimInvisible(ReadOnlySpan<char> text, int start, int end)
    {
        while (end > start + 1 && IsInvisibleInWord(text[end - 1]))
            end--;
        return end;
    }

    /// <summary>Whitespace, or an invisible character outside a word.</summary>
    private static bool IsSeparator(char c) =>
        char.IsWhiteSpace(c) || ArabicFolding.IsInvisible(c) || c is '\u061C' or '\u00AD' or '\u2060' || char.IsControl(c);

    /// <summary>An invisible character that does not end a word. The zero-width space does: it marks a place to break.</summary>
    private static bool IsInvisibleInWord(char c) => c is '\u061C' or '\u00AD' or '\u2060' || c != '\u200B' && ArabicFolding.IsInvisible(c);

    private static bool IsWordRune(Rune rune) =>
        Rune.IsLetterOrDigit(rune)
        || Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.NonSpacingMark
                or UnicodeCategory.SpacingCombiningMark
                or UnicodeCategory.EnclosingMark
                or UnicodeCategory.LetterNumber
                or UnicodeCategory.OtherNumber
                or UnicodeCategory.ConnectorPunctuation;

    private static bool IsLatinLetter(char c) => char.IsAsciiLetter(c) || c is >= '\u00C0' and <= '\u024F' && char.IsLetter(c);

    private static bool IsEmailCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '%' or '+' or '-';

    /// <summary>The rune at a position; a lone surrogate reads as U+FFFD of length one.</summary>
    private static Rune RuneAt(ReadOnlySpan<char> text, int position, out int length)
    {
        var c = text[position];
        if (!char.IsSurrogate(c))
        {
            length = 1;
            return new Rune(c);
        }
        _ = Rune.DecodeFromUtf16(text[position..], out var rune, out length);
        return rune;
    }
}
