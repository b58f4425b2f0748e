namespace NerService.Batch.Documents.Conll;

/// <summary>Columns that the user names, from 1; negative ones count from the last, which is -1. Null: as the file shows.</summary>
/// <param name="Token">The token's.</param>
/// <param name="Label">The label's.</param>
internal readonly record struct AskedColumns(int? Token, int? Label);

/// <summary>Tells the layout of a file by its first lines.</summary>
internal static class ConllLayout
{
    /// <summary>What a column holds where it holds nothing.</summary>
    internal const string Empty = "_";

    /// <summary>Finds the layout.</summary>
    /// <param name="head">The first lines of the file.</param>
    /// <param name="asked">What the user says about its columns.</param>
    /// <param name="name">What an error calls the file.</param>
    /// <exception cref="BatchException">Two columns look like labels alike.</exception>
    internal static ConllLines Of(IEnumerable<Line> head, AskedColumns asked, string name)
    {
        var (sentences, said) = (new List<List<string>> { new() }, default(AskedColumns));
        foreach (var text in head.Select(line => line.Text).OfType<string>())
        {
            if (ConllLines.IsBreak(text))
                sentences.Add([]);
            else if (!ConllLines.BeginsAsComment(text))
                sentences[^1].Add(text);
            else if (said == default)
                said = NamedColumns.In(text);
        }
        sentences.RemoveAll(sentence => sentence.Count == 0);
        if (asked == default && ConllBars.Of(sentences.SelectMany(sentence => sentence)) is { } bars)
            return bars;
        asked = new AskedColumns(asked.Token ?? said.Token, asked.Label ?? said.Label);
        return Columns(Cut(sentences, asked, name), asked, name);
    }

    /// <summary>
    /// Cuts lines at tabs, or at spaces where a line has no tab. Where one line has both for separators, that leaves lines of unequal length or
    /// without labels, and cutting at either does not.
    /// </summary>
    private static ConllRows Cut(List<List<string>> sentences, AskedColumns asked, string name)
    {
        var (usual, mixed) = (new ConllRows(sentences, anyWhiteSpace: false), new ConllRows(sentences, anyWhiteSpace: true));
        if (!usual.AreEven)
            return mixed.AreEven ? mixed : usual;
        return asked.Label is null && LabelColumn.Find(usual, name) is null && LabelColumn.Find(mixed, name) is not null ? mixed : usual;
    }

    private static ConllColumns Columns(ConllRows rows, AskedColumns asked, string name)
    {
        var layout2012 = Conll2012.IsLayoutOf(rows);
        var inBrackets = layout2012 && asked.Label is null && Conll2012.HasLabels(rows);
        var label =
            asked.Label is { } askedLabel ? FromZero(askedLabel)
            : inBrackets ? Conll2012.Label
            : LabelColumn.Find(rows, name);
        var hasIds = !layout2012 && TokenColumn.HoldsIds(rows.Sentences) && rows.Most > 1 && label != 1;
        var token =
            asked.Token is { } askedToken ? FromZero(askedToken)
            : layout2012 ? Conll2012.Token
            : hasIds ? 1
            : TokenColumn.Find(rows, label);
        if (label == token)
            throw new BatchException(
                BatchFailure.BadInput,
                $"{name}: column {ConllFields.Place(token)} is the token's and the label's; --token-column and --label-column say which is which."
            );
        if (label is null)
            UnreadableLines.Refuse(rows, asked.Token is null ? token : null, name);
        return new ConllColumns(token, label)
        {
            Header = NamedColumns.IsHeader(rows, label) ? rows.All[0].Text : null,
            HasIds = hasIds,
            HasTabs = rows.HaveTabs,
            AnyWhiteSpace = rows.AnyWhiteSpace,
            InBrackets = inBrackets,
            Prefix = TokenColumn.Prefix(rows, token),
            Most = rows.Most,
        };
    }

    private static int FromZero(int asked) => asked > 0 ? asked - 1 : asked;
}
