using NerService.Text.Labels;

namespace NerService.Batch.Documents.Conll;

/// <summary>Finds the labels' column where the user does not name it.</summary>
internal static class LabelColumn
{
    /// <summary>The column that holds labels in most lines, those of known types first; else a last column that is always empty; else none.</summary>
    /// <exception cref="BatchException">Two columns look like labels alike.</exception>
    internal static int? Find(ConllRows head, string name)
    {
        var (rows, most, sameCount) = (head.All, head.Most, head.AreEven);
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
            return most > 1 && sameCount && rows.TrueForAll(row => row[^1] == ConllLayout.Empty) ? most - 1 : null;
        var best = candidates[0];
        if (candidates.Skip(1).FirstOrDefault(other => other.Known > 0 && other.IsAsFullAs(best) && other.IsElsewhere(best, rows)) is { } rival)
        {
            throw new BatchException(
                BatchFailure.BadInput,
                $"{name} has labels in two columns, {ConllFields.Place(best.Column)} and {ConllFields.Place(rival.Column)}; --label-column says "
                    + "which are meant."
            );
        }
        return best.Column;
    }

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
