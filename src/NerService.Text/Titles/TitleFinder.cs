using NerService.Text.Clitics;
using NerService.Text.Documents;
using NerService.Text.Folding;
using NerService.Text.Labels;

namespace NerService.Text.Titles;

/// <summary>
/// Finds the title or office that stands right before a person's name: الرئيس, د., وزير الخارجية الروسي, رئيس الوزراء الإسباني, أمير قطر الشيخ. From
/// a shipped word list, no model.
/// <list type="bullet">
/// <item>The span holds the whole title up to the name: what the office is of (وزير الخارجية), the adjectives (الروسي, السابق), and a second title
/// (رئيس الوزراء الدكتور).</item>
/// <item>Proclitics of the title's first word stay out (والرئيس gives الرئيس), except that للرئيس is kept whole: it has no verbatim الرئيس in
/// it.</item>
/// <item>A deputy, a successor, an adviser is somebody's: whoever stands right after the word is not he (نائب ترامب: no title of ترامب's), the one
/// after that is (نائب ترامب جيه دي فانس, نائب الرئيس كامالا هاريس).</item>
/// <item>Nor is the one named right after a word that his name completes the holder of the office (المتحدث باسم ترامب, مدير مكتب عباس): that is
/// who stands after both.</item>
/// <item>Nothing but the full stop or slash of an abbreviation may stand between title and name, so a title after the name is not looked for, and
/// نظيره المصري before a name is none.</item>
/// </list>
/// Pure and thread-safe.
/// </summary>
public static class TitleFinder
{
    /// <summary>Minimum letters of a title that a proclitic stands before.</summary>
    private const int MinCutTitleLength = 3;

    /// <summary>No title reaches further back from the name than this many words.</summary>
    public const int MaxWords = 10;

    /// <summary>Finds the title before a name.</summary>
    /// <param name="source">The document.</param>
    /// <param name="person">The name's words.</param>
    /// <param name="earlierEntities">Entities that stand before the name: an office may be of a place or an organization (رئيس جنوب أفريقيا), a
    /// deputy of a person. Default: none.</param>
    /// <returns>The title's span, a verbatim slice that ends before the name; null when there is none.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The range reaches past the document.</exception>
    public static TextSpan? Find(SourceText source, WordRange person, ReadOnlySpan<NamedWords> earlierEntities = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfNegative(person.Start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(person.End, source.WordCount, nameof(person));

        var words = source.Words;
        var keys = source.Keys;
        int? start = null;
        var last = person.Start - 1;
        TitleWordKind? found = null;
        var between = Between.Nothing;
        for (var i = last; i >= Math.Max(0, person.Start - MaxWords); i--)
        {
            if (source.EndsLine(i))
                break;
            if (AbbreviationBefore(source, i) is { } abbreviation && between == Between.Nothing)
            {
                (start, found) = (words[abbreviation].Start, TitleWordKind.Style);
                i = abbreviation;
                continue;
            }
            var key = keys.Word(i);
            if (key.IsEmpty)
                break;
            var takesName = TitleWords.TakesName(key);
            if (takesName && i == last)
                break;
            if (TryReadTitle(key, out var kind, out var cut) && MayBegin(kind, found, between))
            {
                (start, found, between) = (keys.TryCut(i, cut, out var title) ? title.Start : words[i].Start, kind, Between.Nothing);
                // A conjunction or preposition begins a phrase: nothing before it belongs to this title.
                if (cut > 0)
                    break;
            }
            else if (TitleWords.IsAdjective(key))
            {
                between |= Between.Adjective;
            }
            else if (TypeAt(earlierEntities, i) is { } type)
            {
                between |= type == EntityType.Person ? Between.Person : Between.Complement;
            }
            else if (TitleWords.IsComplement(key))
            {
                // المتحدث باسم ترامب: the person belongs to the office.
                if (takesName)
                    between &= ~Between.Person;
                between |= Between.Complement;
            }
            else
            {
                break;
            }
        }
        return start is { } s ? new TextSpan(s, words[last].End) : null;
    }

    /// <summary>Whether a name that begins with this word begins with a title: الرئيس, الدكتور, الشيخ. Only words that are not names
    /// themselves.</summary>
    /// <param name="key">A word folded with <see cref="FoldingProfile.GazetteerKey"/>.</param>
    public static bool IsTitleWord(ReadOnlySpan<char> key) =>
        key.StartsWith("ال") && TitleWords.TryGetKind(key, out var kind) && kind is TitleWordKind.Holder or TitleWordKind.Style;

    /// <summary>Whether a word is the title of somebody who is another's deputy, successor, adviser: نائب, خليفة, مستشار.</summary>
    /// <param name="key">A word folded with <see cref="FoldingProfile.GazetteerKey"/>.</param>
    public static bool IsOfPerson(ReadOnlySpan<char> key) =>
        TitleWords.TryGetKind(key, out var kind) && kind is TitleWordKind.Deputy or TitleWordKind.Aide;

    /// <summary>What stands between the word looked at and the title found so far, or the name.</summary>
    [Flags]
    private enum Between
    {
        Nothing = 0,
        Adjective = 1,
        Complement = 2,
        Person = 4,
    }

    /// <summary>Whether a title word of this kind may stand before what was read already.</summary>
    private static bool MayBegin(TitleWordKind kind, TitleWordKind? found, Between between)
    {
        var ofSomething = between.HasFlag(Between.Complement);
        if (between.HasFlag(Between.Person))
            return kind is TitleWordKind.Deputy or TitleWordKind.Aide && found is null;
        return kind switch
        {
            // رئيس الوزراء الملك عبد الله are two people; رئيس الوزراء الدكتور مصطفى is one. "رئيس" right before a name is a title too.
            TitleWordKind.Office => found is null or TitleWordKind.Style or TitleWordKind.Office or TitleWordKind.Honorific,
            TitleWordKind.Deputy when found is TitleWordKind.Holder or TitleWordKind.Office => true,
            // نائب ترامب and مساعد الدكتور أحمد are other people than the one named.
            TitleWordKind.Deputy or TitleWordKind.Aide => found switch
            {
                null => between != Between.Nothing,
                TitleWordKind.Office => true,
                TitleWordKind.Style or TitleWordKind.Honorific => ofSomething,
                _ => false,
            },
            TitleWordKind.Holder => !ofSomething && found is null or TitleWordKind.Style,
            TitleWordKind.Style => !ofSomething && found is null or TitleWordKind.Style or TitleWordKind.Honorific,
            TitleWordKind.Honorific => !ofSomething,
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown kind of title."),
        };
    }

    /// <summary>Reads a title word with or without proclitics.</summary>
    /// <param name="key">The folded word.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="cut">Letters of the key that are proclitics.</param>
    private static bool TryReadTitle(ReadOnlySpan<char> key, out TitleWordKind kind, out int cut)
    {
        cut = 0;
        if (TitleWords.TryGetKind(key, out kind))
            return true;
        var cuts = new ProcliticCuts();
        foreach (var way in cuts[..Proclitics.List(key, cuts)])
        {
            // The list has titles with and without their article.
            if (way.CutsArticle || key.Length - way.Length < MinCutTitleLength)
                continue;
            if (!TitleWords.TryGetKind(way.Rest(key), out kind))
                continue;
            // للرئيس has no verbatim الرئيس in it.
            cut =
                way.Restored.Length == 0 ? way.Length
                : way.Conjunction == Proclitics.None ? 0
                : 1;
            return true;
        }
        return false;
    }

    /// <summary>The letter before a full stop or slash at word <paramref name="i"/>, when it stands for a title.</summary>
    private static int? AbbreviationBefore(SourceText source, int i) =>
        i > 0 && source.Word(i) is "." or "/" or "\\" && TitleWords.IsAbbreviation(source.Keys.Word(i - 1)) ? i - 1 : null;

    private static EntityType? TypeAt(ReadOnlySpan<NamedWords> entities, int word)
    {
        foreach (var (words, type) in entities)
            if (words.Start <= word && word < words.End)
                return type;
        return null;
    }
}
