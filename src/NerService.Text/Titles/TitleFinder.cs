using System.Buffers;

namespace NerService.Text.Titles;

/// <summary>
/// Finds the title or office that stands right before a person's name: الرئيس, د., وزير الخارجية الروسي, رئيس الوزراء الإسباني, أمير قطر الشيخ. From a shipped
/// word list, no model.
/// <list type="bullet">
/// <item>The span holds the whole title up to the name: what the office is of (وزير الخارجية), the adjectives (الروسي, السابق), and a second title (رئيس
/// الوزراء الدكتور).</item>
/// <item>Proclitics of the title's first word stay out (والرئيس gives الرئيس), except that للرئيس is kept whole: it has no verbatim الرئيس in it.</item>
/// <item>Nothing but the full stop or slash of an abbreviation may stand between title and name, so a title after the name is not looked for, and
/// نظيره المصري before a name is none.</item>
/// </list>
/// Pure and thread-safe.
/// </summary>
public static class TitleFinder
{
    private const int MaxWordLength = 64;

    private static readonly SearchValues<char> LineBreaks = SearchValues.Create("\n\r\u2028\u2029\u0085");

    /// <summary>No title reaches further back from the name than this many words.</summary>
    public const int MaxWords = 10;

    /// <summary>Finds the title before a name.</summary>
    /// <param name="source">The document.</param>
    /// <param name="person">The name's words.</param>
    /// <param name="otherEntities">The document's places and organizations: an office may be of them (رئيس جنوب أفريقيا). Default: none.</param>
    /// <returns>The title's span, a verbatim slice that ends before the name; null when there is none.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The range reaches past the document.</exception>
    public static TextSpan? Find(SourceText source, WordRange person, ReadOnlySpan<WordRange> otherEntities = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfNegative(person.Start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(person.End, source.WordCount, nameof(person));

        var words = source.Words;
        int? start = null;
        var last = person.Start - 1;
        // What stands between the word looked at and the title found so far, or the name.
        var sawComplement = false;
        var sawAdjective = false;
        TitleWordKind? found = null;
        Span<char> buffer = stackalloc char[MaxWordLength];
        Span<int> sources = stackalloc int[MaxWordLength];
        for (var i = last; i >= Math.Max(0, person.Start - MaxWords); i--)
        {
            if (HasLineBreak(source, i)) break;
            if (AbbreviationBefore(source, i, buffer) is { } abbreviation && !sawComplement && !sawAdjective)
            {
                (start, found) = (words[abbreviation].Start, TitleWordKind.Style);
                i = abbreviation;
                continue;
            }
            var surface = source.Word(i);
            if (ArabicFolding.MaxLength(surface) > MaxWordLength || surface.IsEmpty) break;
            var key = buffer[..ArabicFolding.Fold(surface, buffer, sources, FoldingProfile.GazetteerKey)];
            if (TryReadTitle(key, out var kind, out var cut) && MayBegin(kind, found, sawComplement, sawAdjective))
            {
                (start, found, sawComplement, sawAdjective) = (words[i].Start + (cut == 0 ? 0 : sources[cut]), kind, false, false);
                // A conjunction or preposition begins a phrase: nothing before it belongs to this title.
                if (cut > 0) break;
            }
            else if (TitleWords.IsAdjective(key))
            {
                sawAdjective = true;
            }
            else if (IsIn(otherEntities, i) || TitleWords.IsComplement(key))
            {
                sawComplement = true;
            }
            else
            {
                break;
            }
        }
        return start is { } s ? new TextSpan(s, words[last].End) : null;
    }

    /// <summary>Whether a name that begins with this word begins with a title: الرئيس, الدكتور, الشيخ. Only words that are no names themselves.</summary>
    /// <param name="key">A word folded with <see cref="FoldingProfile.GazetteerKey"/>.</param>
    public static bool IsTitleWord(ReadOnlySpan<char> key) =>
        key.StartsWith("ال") && TitleWords.TryGetKind(key, out var kind) && kind is TitleWordKind.Holder or TitleWordKind.Style;

    /// <summary>Whether a title word of this kind may stand before what was read already.</summary>
    private static bool MayBegin(TitleWordKind kind, TitleWordKind? found, bool sawComplement, bool sawAdjective) => kind switch
    {
        // رئيس الوزراء الملك عبد الله are two people; رئيس الوزراء الدكتور مصطفى is one. "رئيس" right before a name is a title too, وزير of nothing likewise.
        TitleWordKind.Office => found is null or TitleWordKind.Style or TitleWordKind.Office or TitleWordKind.Honorific,
        TitleWordKind.Holder => !sawComplement && found is null or TitleWordKind.Style,
        TitleWordKind.Style => !sawComplement && found is null or TitleWordKind.Style or TitleWordKind.Honorific,
        TitleWordKind.Honorific => !sawComplement,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown kind of title."),
    };

    /// <summary>Reads a title word with or without proclitics.</summary>
    /// <param name="key">The folded word.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="cut">Letters of the key that are proclitics.</param>
    private static bool TryReadTitle(ReadOnlySpan<char> key, out TitleWordKind kind, out int cut)
    {
        cut = 0;
        if (TitleWords.TryGetKind(key, out kind)) return true;
        if (key.Length > 4 && key[0] is 'و' or 'ف') cut++;
        if (cut > 0 && TitleWords.TryGetKind(key[cut..], out kind)) return true;
        if (key.Length - cut < 4 || key[cut] is not ('ب' or 'ل' or 'ك')) return false;
        if (TitleWords.TryGetKind(key[(cut + 1)..], out kind))
        {
            cut++;
            return true;
        }
        if (key[cut] != 'ل' || key[cut + 1] != 'ل' || key.Length > MaxWordLength / 2) return false;
        Span<char> restored = stackalloc char[MaxWordLength];
        restored[0] = 'ا';
        key[(cut + 1)..].CopyTo(restored[1..]);
        return TitleWords.TryGetKind(restored[..(key.Length - cut)], out kind);
    }

    /// <summary>The letter before a full stop or slash at word <paramref name="i"/>, when it stands for a title.</summary>
    private static int? AbbreviationBefore(SourceText source, int i, Span<char> buffer)
    {
        if (i < 1 || source.Word(i) is not ("." or "/" or "\\")) return null;
        var letter = source.Word(i - 1);
        return letter.Length is > 0 and <= 4 && TitleWords.IsAbbreviation(buffer[..ArabicFolding.Fold(letter, buffer, FoldingProfile.GazetteerKey)]) ? i - 1 : null;
    }

    private static bool IsIn(ReadOnlySpan<WordRange> ranges, int word)
    {
        foreach (var range in ranges)
            if (range.Start <= word && word < range.End) return true;
        return false;
    }

    private static bool HasLineBreak(SourceText source, int word) =>
        word + 1 < source.WordCount &&
        source.Text.AsSpan(source.Words[word].End, source.Words[word + 1].Start - source.Words[word].End).ContainsAny(LineBreaks);
}
