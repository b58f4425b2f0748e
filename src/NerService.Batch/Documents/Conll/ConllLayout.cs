using System.Globalization;
using NerService.Text.Labels;

namespace NerService.Batch.Documents.Conll;

/// <summary>Columns that the user names, from 1; negative ones count from the last, which is -1. Null: as the file shows.</summary>
/// <param name="Token">The token's.</param>
/// <param name="Label">The label's.</param>
internal readonly record struct AskedColumns(int? Token, int? Label);

/// <summary>Tells the columns of a file apart by its first lines.</summary>
internal static class ConllLayout
{
    /// <summary>What a column holds where it holds nothing.</summary>
    internal const string Empty = "_";

    /// <summary>Finds the columns.</summary>
    /// <param name="head">The first lines of the file.</param>
    /// <param name="asked">What the user says about them.</param>
    /// <param name="name">What an error calls the file.</param>
    /// <exception cref="BatchException">Two columns look like labels alike.</exception>
    internal static ConllColumns Of(IEnumerable<Line> head, AskedColumns asked, string name)
    {
        var sentences = new List<List<ConllFields>> { new() };
        foreach (var text in head.Select(line => line.Text).OfType<string>())
        {
            if (ConllColumns.IsBreak(text))
                sentences.Add([]);
            else if (!ConllColumns.BeginsAsComment(text))
                sentences[^1].Add(new ConllFields(text));
        }
        sentences.RemoveAll(sentence => sentence.Count == 0);
        var rows = sentences.SelectMany(sentence => sentence).ToList();
        var most = rows.Count == 0 ? 1 : rows.Max(row => row.Count);
        var hasTabs = rows.TrueForAll(row => row.Count == 1 || row.HasTabs);

        var label = asked.Label is { } askedLabel ? FromZero(askedLabel) : LabelColumn(rows, most, name);
        var hasIds = HoldsIds(sentences) && most > 1 && label != 1;
        var token =
            asked.Token is { } askedToken ? FromZero(askedToken)
            : hasIds ? 1
            : 0;
        return new ConllColumns(token, label, hasIds, hasTabs, most);
    }

    /// <summary>The column that holds labels in most lines, those of known types first; else a last column that is always empty; else none.</summary>
    private static int? LabelColumn(List<ConllFields> rows, int most, string name)
    {
        var sameCount = rows.TrueForAll(row => row.Count == most);
        var candidates = Enumerable
            .Range(1, Math.Max(0, most - 1))
            .Concat(sameCount ? [] : Enumerable.Range(1, most - 1).Select(place => -place))
            .Select(column => new Candidate(column, rows))
            .Where(candidate => candidate.Labels > 0 && 2 * (candidate.Labels + candidate.Empty) >= rows.Count)
            .OrderByDescending(candidate => candidate.Known)
            .ThenByDescending(candidate => candidate.Labels)
            .ThenByDescending(candidate => candidate.Column)
            .ToList();
        if (candidates.Count == 0)
            return most > 1 && sameCount && rows.TrueForAll(row => row[^1] == Empty) ? most - 1 : null;
        var best = candidates[0];
        if (candidates.Skip(1).FirstOrDefault(other => other.Known > 0 && other.IsAsFullAs(best) && other.IsElsewhere(best, rows)) is { } rival)
        {
            throw new BatchException(
                BatchFailure.BadInput,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name} has labels in two columns, {Place(best.Column)} and {Place(rival.Column)}; --label-column says which are meant."
                )
            );
        }
        return best.Column;
    }

    /// <summary>Whether the first column counts the words, of each sentence from 0 or 1 on as CoNLL-U does, or of the whole file.</summary>
    private static bool HoldsIds(List<List<ConllFields>> sentences)
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

    private static int FromZero(int asked) => asked > 0 ? asked - 1 : asked;

    private static int Place(int column) => column < 0 ? column : column + 1;

    /// <summary>A column that may be the labels'.</summary>
    private sealed class Candidate
    {
        internal Candidate(int column, List<ConllFields> rows)
        {
            Column = column;
            foreach (var row in rows)
            {
                if (row.Resolve(column) is var at && (at < 1 || at >= row.Count))
                    continue;
                if (row[at] == ConllLayout.Empty)
                    Empty++;
                if (!WordLabel.IsLabel(row[at]))
                    continue;
                Labels++;
                if (WordLabel.Parse(row[at]).Type is not null)
                    Known++;
            }
        }

        internal int Column { get; }

        internal int Labels { get; }

        internal int Empty { get; }

        /// <summary>Labels of a type that the service knows.</summary>
        internal int Known { get; }

        internal bool IsAsFullAs(Candidate best) => 10 * Labels >= 9 * best.Labels;

        /// <summary>Whether the two are different columns of most lines: in lines of unequal length one may be found from both ends.</summary>
        internal bool IsElsewhere(Candidate best, List<ConllFields> rows) =>
            2 * rows.Count(row => row.Resolve(Column) != row.Resolve(best.Column)) > rows.Count;
    }
}
