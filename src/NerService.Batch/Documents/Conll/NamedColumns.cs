using NerService.Text.Labels;

namespace NerService.Batch.Documents.Conll;

/// <summary>Columns that a file names itself: in the comment of CoNLL-U Plus, <c># global.columns = ID FORM NER</c>, or in a first line.</summary>
internal static class NamedColumns
{
    private const string Comment = "global.columns";

    /// <summary>Words of the names that labels' columns have.</summary>
    private static readonly string[] OfLabels = ["NER", "NE", "NERTAG", "NERTAGS", "LABEL", "LABELS", "TAG", "TAGS", "ENTITY", "BIO", "IOB"];

    /// <summary>What a comment says about the columns.</summary>
    /// <returns>Nothing where it is another comment.</returns>
    internal static AskedColumns In(string comment)
    {
        if (comment.TrimStart('\uFEFF', '#', ' ').Split('=', 2) is not [var key, var names] || key.Trim() != Comment)
            return default;
        var columns = names.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToList();
        return new AskedColumns(Place(columns.IndexOf("FORM")), Place(columns.FindIndex(IsOfLabels)));
    }

    /// <summary>Whether the first line names the columns: what stands where others have their label is such a name.</summary>
    internal static bool IsHeader(ConllRows rows, int? label) =>
        label is { } column
        && rows.All.Count > 1
        && rows.All[0] is var first
        && first.Resolve(column) is var at
        && at >= 0
        && at < first.Count
        && !WordLabel.IsLabel(first[at])
        && IsOfLabels(first[at]);

    private static int? Place(int index) => index < 0 ? null : index + 1;

    /// <summary>A corpus puts its own name before a colon, as in PARSEME:NE.</summary>
    private static bool IsOfLabels(string name) =>
        OfLabels.Contains(name[(name.LastIndexOf(':') + 1)..].Replace("_", "", StringComparison.Ordinal), StringComparer.OrdinalIgnoreCase);
}
