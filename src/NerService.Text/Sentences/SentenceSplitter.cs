using System.Collections.Frozen;
using System.Collections.Immutable;
using NerService.Text.Clitics;
using NerService.Text.Documents;
using NerService.Text.Folding;

namespace NerService.Text.Sentences;

/// <summary>
/// Splits a document into sentences, on its words. A sentence ends after ؟ ? ! … or a full stop, closing quotes and brackets that stand right after
/// it included, and at every line break. It does not end at ، : or the Arabic semicolon ؛, which separates clauses of one sentence. A full stop does
/// not end a sentence
/// <list type="bullet">
/// <item>inside a number, URL, e-mail address or Latin abbreviation (those are one word);</item>
/// <item>after an abbreviation: a single letter (د. أ. م. ص. هـ. ق.م. J.) or one of a short list (Dr. Inc. إلخ);</item>
/// <item>after the number that opens a sentence, as in a list (1. المقدمة), or between two digits;</item>
/// </list>
/// unless a line break follows.
/// </summary>
public static class SentenceSplitter
{
    private const string Terminators = "؟?!….。۔";
    private const string Closers = "»\"”’')]}›";

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Abbreviations =
        "الخ إلخ Dr Mr Mrs Ms St Prof Inc Ltd Co Corp No vs Jr Sr Gen Col"
            .Split(' ')
            .ToFrozenSet(StringComparer.Ordinal)
            .GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Splits a document.</summary>
    /// <returns>The sentences' spans in document order, from first word to last, never overlapping, none empty; every word lies in one.</returns>
    public static ImmutableArray<TextSpan> Split(SourceText source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var sentences = ImmutableArray.CreateBuilder<TextSpan>();
        var words = source.Words;
        var first = 0;
        for (var i = 0; i < words.Length; i++)
        {
            var ends = EndsHere(source, first, i, out var last);
            i = last;
            if (!ends && i + 1 < words.Length && !source.EndsLine(i))
                continue;
            var sentence = source.SpanOf(new WordRange(first, i + 1));
            if (!sentence.IsEmpty)
                sentences.Add(sentence);
            first = i + 1;
        }
        return sentences.DrainToImmutable();
    }

    /// <summary>Whether the sentence that began at <paramref name="first"/> ends with word <paramref name="i"/>, or with the marks after
    /// it.</summary>
    /// <param name="source">The document.</param>
    /// <param name="first">The sentence's first word.</param>
    /// <param name="i">The word looked at.</param>
    /// <param name="last">The last word looked at: <paramref name="i"/>, or the last of the marks that belong to it.</param>
    private static bool EndsHere(SourceText source, int first, int i, out int last)
    {
        last = i;
        if (!IsMark(source, i, Terminators))
            return false;
        // ?! and ... are one end.
        while (IsAttached(source, last) && IsMark(source, last + 1, Terminators))
            last++;
        var ends = last > i || source.Word(i)[0] != '.' || FullStopEnds(source, first, i);
        if (ends)
            while (IsAttached(source, last) && IsMark(source, last + 1, Closers))
                last++;
        return ends;
    }

    private static bool FullStopEnds(SourceText source, int first, int stop)
    {
        if (stop == first)
            return true;
        var before = source.Word(stop - 1);
        // A full stop after a token without a character has nothing to belong to.
        if (before.IsEmpty)
            return true;
        // A full stop that stands apart is not part of an abbreviation.
        if (!IsAttached(source, stop - 1) && !source.IsTokenized)
            return true;
        if (IsAbbreviation(before))
            return false;
        if (!char.IsDigit(before[^1]))
            return true;
        var opensList = stop - 1 == first && before.Length <= 3;
        return !opensList && !(IsAttached(source, stop) && char.IsDigit(source.Word(stop + 1)[0]));
    }

    private static bool IsAbbreviation(ReadOnlySpan<char> word)
    {
        // وم. خالد and وDr. House: the conjunction is written on to the abbreviation.
        if (Proclitics.MayCoordinate(word))
            word = word[1..];
        if (Abbreviations.Contains(word))
            return true;
        // One letter, marks and tatweel apart (هـ), or one letter after a dot (U.N).
        var letters = 0;
        var dotted = false;
        foreach (var c in word)
        {
            if (c == '.')
                (letters, dotted) = (0, true);
            else if (char.IsLetter(c) && c != 'ـ')
                letters++;
            else if (!ArabicFolding.IsTashkeel(c) && c != 'ـ' && !ArabicFolding.IsInvisible(c))
                return false;
        }
        return letters == 1 && (dotted || word.Length <= 4);
    }

    private static bool IsMark(SourceText source, int word, string marks) => source.Word(word) is [var c] && marks.Contains(c);

    /// <summary>Whether the next word follows without a gap.</summary>
    private static bool IsAttached(SourceText source, int word) =>
        word + 1 < source.WordCount && source.Words[word].End == source.Words[word + 1].Start && source.Word(word + 1).Length > 0;
}
