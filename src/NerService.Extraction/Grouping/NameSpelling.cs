namespace NerService.Extraction.Grouping;

/// <summary>
/// Whether two words are spellings of one foreign name. Writers disagree about two things only: which letter stands for a sound that Arabic lacks,
/// and which vowels to write. So the distance counts just these; any other difference makes two words different names.
/// <list type="bullet">
/// <item>0.5 for letters of one class: غ ج ق ك (g); ت ط; س ص ز; د ض ذ; ح ه. What differs in foreign letters alone (ڤ ف, پ ب) is one key
/// already.</item>
/// <item>0.5 for a long vowel (ا و ي) more or less, or another one in its place, or ه for ا at the end; not the first letter.</item>
/// </list>
/// At most 0.5 between words whose shorter has 4 letters, 1.0 from 6 letters on; shorter words must be equal. Words are gazetteer keys (folded).
/// </summary>
internal static class NameSpelling
{
    private const int MinLength = 4,
        LongLength = 6;

    /// <summary>The word without what spellings disagree about: variants have equal skeletons, though equal skeletons need not be variants.</summary>
    internal static string Skeleton(ReadOnlySpan<char> word)
    {
        Span<char> skeleton = word.Length <= 128 ? stackalloc char[word.Length] : new char[word.Length];
        var length = 0;
        for (var i = 0; i < word.Length; i++)
        {
            if (i > 0 && (IsVowel(word[i]) || i == word.Length - 1 && word[i] == 'ه'))
                continue;
            skeleton[length++] = Class(word[i]);
        }
        return skeleton[..length].ToString();
    }

    /// <summary>Whether two words are the same name, spelled alike or not.</summary>
    internal static bool IsSameOrVariant(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        if (a.SequenceEqual(b))
            return true;
        var shorter = Math.Min(a.Length, b.Length);
        return shorter >= MinLength && Math.Abs(a.Length - b.Length) <= 2 && HalfSteps(a, b) <= (shorter >= LongLength ? 2 : 1);
    }

    /// <summary>The distance in halves; above 2, which no two spellings are apart, it may be any number.</summary>
    private static int HalfSteps(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        const int never = 1000;
        if (a.Length > 64 || b.Length > 64)
            return never;
        Span<int> row = stackalloc int[b.Length + 1];
        for (var j = 1; j <= b.Length; j++)
            row[j] = row[j - 1] + Skip(b, j - 1);
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] += Skip(a, i - 1);
            var least = row[0];
            for (var j = 1; j <= b.Length; j++)
            {
                var best = Math.Min(diagonal + Replace(a, i - 1, b, j - 1), Math.Min(row[j] + Skip(a, i - 1), row[j - 1] + Skip(b, j - 1)));
                (diagonal, row[j]) = (row[j], Math.Min(best, never));
                least = Math.Min(least, row[j]);
            }
            if (least > 2)
                return never;
        }
        return row[b.Length];

        static int Skip(ReadOnlySpan<char> word, int i) => i > 0 && IsVowel(word[i]) ? 1 : never;

        static int Replace(ReadOnlySpan<char> a, int i, ReadOnlySpan<char> b, int j)
        {
            if (a[i] == b[j])
                return 0;
            if (Class(a[i]) == Class(b[j]))
                return 1;
            if (i == 0 || j == 0)
                return never;
            if (IsVowel(a[i]) && IsVowel(b[j]))
                return 1;
            return i == a.Length - 1 && j == b.Length - 1 && (a[i], b[j]) is ('ا', 'ه') or ('ه', 'ا') ? 1 : never;
        }
    }

    private static bool IsVowel(char c) => c is 'ا' or 'و' or 'ي';

    private static char Class(char c) =>
        c switch
        {
            'غ' or 'ق' or 'ك' => 'ج',
            'ط' => 'ت',
            'ص' or 'ز' => 'س',
            'ض' or 'ذ' => 'د',
            'ح' => 'ه',
            _ => c,
        };
}
