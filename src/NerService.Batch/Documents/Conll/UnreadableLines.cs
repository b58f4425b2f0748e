using System.Buffers;
using NerService.Text.Labels;

namespace NerService.Batch.Documents.Conll;

/// <summary>
/// Files without a column of labels that are not CoNLL, or another kind than is read: taken for it, most of each would be lost without a word.
/// </summary>
internal static class UnreadableLines
{
    /// <summary>What separates tokens and labels in layouts that are not read.</summary>
    private static readonly SearchValues<char> Separators = SearchValues.Create(",;:/=_\u00A0\u3000\"'");

    /// <summary>
    /// Refuses lines with labels that nothing which is read separates from the rest (<c>غزة,B-LOC</c>, <c>"B-LOC"</c>, <c>NER=B-LOC</c>), and
    /// lines of running text.
    /// </summary>
    /// <param name="rows">The lines.</param>
    /// <param name="token">Where their tokens were found; null where the user says it.</param>
    /// <param name="name">What an error calls the file.</param>
    /// <exception cref="BatchException">They are such.</exception>
    internal static void Refuse(ConllRows rows, int? token, string name)
    {
        if (AreMost(rows, row => row[^1].Split('|').Any(HidesLabel)))
            throw new BatchException(
                BatchFailure.BadInput,
                $"{name} has labels that are not in a column of their own: '{Beginning(rows.All[0].Text)}'. Tabs, spaces or | "
                    + "separate columns, and a label has neither quotes nor a name before it."
            );
        if (token is { } found && IsText(rows, found))
            throw new BatchException(
                BatchFailure.BadInput,
                $"{name} has no labels, and several words where CoNLL has one: '{Beginning(rows.All[0].Text)}'. --token-column says which column "
                    + "has the tokens; 'ner batch' takes a document a line with --in-format text."
            );
    }

    private static bool IsText(ConllRows rows, int token)
    {
        if (rows.All.Exists(row => row.HasTabs))
            return AreMost(rows, row => row.Count > token && row[token].Contains(' ', StringComparison.Ordinal));
        return !rows.AreEven && AreMost(rows, row => row.Count > 1)
            || Enumerable.Range(0, rows.Most).Count(column => 2 * TokenColumn.ArabicCells(rows, column) > rows.All.Count) > 1;
    }

    private static bool HidesLabel(string cell)
    {
        var bare = cell.AsSpan().TrimEnd("\"'");
        var separator = bare.LastIndexOfAny(Separators);
        return separator >= 0 && WordLabel.IsLabel(bare[(separator + 1)..]);
    }

    private static bool AreMost(ConllRows rows, Func<ConllFields, bool> like) => rows.All.Count > 0 && 2 * rows.All.Count(like) > rows.All.Count;

    private static string Beginning(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
