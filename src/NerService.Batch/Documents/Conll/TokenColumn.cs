using System.Globalization;

namespace NerService.Batch.Documents.Conll;

/// <summary>Finds the tokens' column where the user does not name it.</summary>
internal static class TokenColumn
{
    /// <summary>Letters of the longest name of a language, ISO 639.</summary>
    private const int LongestLanguage = 3;

    /// <summary>
    /// The first column; but where it never has an Arabic letter (a document's name, a sentence's number), the one that has in most lines.
    /// </summary>
    internal static int Find(ConllRows rows, int? label)
    {
        if (label != 0 && rows.All.Exists(row => IsArabic(row[0])))
            return 0;
        return Enumerable.Range(0, rows.Most).DefaultIfEmpty().MaxBy(column => ArabicCells(rows, column));
    }

    /// <summary>Lines that have an Arabic letter in a column.</summary>
    internal static int ArabicCells(ConllRows rows, int column) => rows.All.Count(row => row.Count > column && IsArabic(row[column]));

    /// <summary>Whether the first column counts the words, of each sentence from 0 or 1 on as CoNLL-U does, or of the whole file.</summary>
    internal static bool HoldsIds(List<List<ConllFields>> sentences)
    {
        var previous = 0;
        foreach (var sentence in sentences)
        {
            for (var i = 0; i < sentence.Count; i++)
            {
                if (Leading(sentence[i][0]) is not { } number)
                    return false;
                if (number != previous + 1 && !(i == 0 ? number <= 1 : number == previous))
                    return false;
                previous = number;
            }
        }
        return sentences.Count > 0;
    }

    /// <summary>The language with its colon that WikiANN puts before every token, as in <c>ar:غزة</c>; else empty.</summary>
    internal static string Prefix(ConllRows rows, int token)
    {
        var first = rows.All.Count == 0 ? "" : Cell(rows.All[0]);
        var colon = first.IndexOf(':', StringComparison.Ordinal);
        if (colon is < 2 or > LongestLanguage || first.AsSpan(..colon).ContainsAnyExceptInRange('a', 'z'))
            return "";
        var prefix = first[..(colon + 1)];
        return rows.All.TrueForAll(row => Cell(row).StartsWith(prefix, StringComparison.Ordinal)) ? prefix : "";

        string Cell(ConllFields row) => row.Resolve(token) is >= 0 and var at && at < row.Count ? row[at] : "";
    }

    private static bool IsArabic(string cell) => cell.AsSpan().ContainsAnyInRange('ء', 'ي');

    /// <summary>The number of an id: 1 of 1, of 1-2 and of 1.1; null where it is none.</summary>
    private static int? Leading(string id)
    {
        var digits =
            id.AsSpan().IndexOfAny('-', '.') is >= 0 and var cut
            && int.TryParse(id.AsSpan(cut + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _)
                ? id.AsSpan(0, cut)
                : id;
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
