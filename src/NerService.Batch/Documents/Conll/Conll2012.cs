using System.Globalization;

namespace NerService.Batch.Documents.Conll;

/// <summary>
/// The columns of CoNLL-2011 and CoNLL-2012 (OntoNotes): document, part, the word's number from 0, word, part of speech, parse, lemma, frameset,
/// sense, speaker, names in brackets, and more.
/// </summary>
internal static class Conll2012
{
    internal const int Token = 3,
        Label = 10;

    private const int Part = 1,
        Number = 2,
        Fewest = 11;

    /// <summary>Whether a file's beginning is of this layout.</summary>
    internal static bool IsLayoutOf(ConllRows rows) =>
        rows.All.Count > 0
        && rows.Sentences.TrueForAll(sentence =>
            sentence.Select((row, i) => (row, i)).All(at => at.row.Count >= Fewest && Is(at.row[Number], at.i) && IsNumber(at.row[Part]))
        );

    /// <summary>Whether it has names, or at least the column for them.</summary>
    internal static bool HasLabels(ConllRows rows) => rows.All.TrueForAll(row => BracketLabels.IsLabel(row[Label]));

    private static bool Is(string cell, int number) => cell == number.ToString(CultureInfo.InvariantCulture);

    private static bool IsNumber(string cell) => int.TryParse(cell, NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
