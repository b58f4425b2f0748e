using NerService.Text.Labels;

namespace NerService.Batch.Documents.Conll;

/// <summary>One token per line, in columns.</summary>
/// <param name="token">The token's column, from 0; a negative one counts from the last, which is -1.</param>
/// <param name="label">The label's column, counted alike; null where the file has none, and a label becomes a new last column.</param>
internal sealed class ConllColumns(int token, int? label) : ConllLines
{
    /// <summary>Whether the first column is the word's number in its sentence.</summary>
    internal bool HasIds { get; init; }

    /// <summary>Whether tabs separate the columns of lines that have several.</summary>
    internal bool HasTabs { get; init; }

    /// <summary>Whether tabs and spaces separate columns alike.</summary>
    internal bool AnyWhiteSpace { get; init; }

    /// <summary>Whether labels are brackets around the names, as in CoNLL-2012.</summary>
    internal bool InBrackets { get; init; }

    /// <summary>What stands before every token and is none of it: the language, as in WikiANN's <c>ar:</c>.</summary>
    internal string Prefix { get; init; } = "";

    internal int Most { get; init; }

    /// <summary>The line that names the columns; null where none does.</summary>
    internal string? Header { get; init; }

    protected override IEnumerable<ConllRow> ReadTokens(string text, Line line)
    {
        var fields = new ConllFields(text, AnyWhiteSpace);
        if (text == Header || BeginsAsComment(text) && IsComment(fields) || HasIds && IsNoWordOfItsOwn(fields[0]))
            return [new ConllRow(ConllRowKind.Layout, line, text, line.End)];
        return [ReadToken(text, line, fields)];
    }

    private ConllRow ReadToken(string text, Line line, ConllFields fields)
    {
        var (tokenAt, labelAt) = (fields.Resolve(token), label is { } column ? fields.Resolve(column) : fields.Count);
        if (fields[0].Length == 0)
            return Bad($"begins with {(fields.HasTabs ? "a tab" : "a space")}: the token is missing");
        if (tokenAt < 0 || tokenAt >= fields.Count || fields[tokenAt].Length == 0)
            return Bad($"has {fields.Count} columns, and no token in column {ConllFields.Place(token)} (--token-column)");
        if (label is not null && fields.Count == 1 && HoldsLabel(fields[0]))
            return Bad($"has a label, '{fields[0]}', but no token");
        var word = WithoutPrefix(fields[tokenAt]);
        if (labelAt < fields.Count && labelAt >= 0 && labelAt != tokenAt)
        {
            var at = fields.At(labelAt);
            return new ConllRow(ConllRowKind.Token, line, text[..at.Start], text[at.End..] + line.End)
            {
                Token = word,
                Label = fields[labelAt],
                InBrackets = InBrackets,
            };
        }
        if (labelAt > fields.Count || labelAt != tokenAt && fields.Count > tokenAt + 1 && labelAt < fields.Count)
            return Bad($"has {fields.Count} columns, and no label in column {ConllFields.Place(label!.Value)} (--label-column)");
        // What stands after the last column separates it from the label already.
        var trailing = text[fields.At(fields.Count - 1).End.Value..];
        var separator =
            trailing.Length > 0 ? ""
            : fields.Count == 1
                ? HasTabs ? "\t"
                    : " "
            : fields.HasTabs ? "\t"
            : " ";
        return new ConllRow(ConllRowKind.Token, line, text + separator, line.End) { Token = word };

        ConllRow Bad(string problem) => new(ConllRowKind.Bad, line, text, line.End) { Problem = problem };
    }

    private string WithoutPrefix(string word) =>
        word.Length > Prefix.Length && word.StartsWith(Prefix, StringComparison.Ordinal) ? word[Prefix.Length..] : word;

    /// <summary>
    /// Whether a line that begins with # is a comment. It is a token where it looks as the file's tokens do: a label in the label's column, or, in a
    /// file without labels, as many columns as the others and more than the sign itself.
    /// </summary>
    private bool IsComment(ConllFields fields)
    {
        if (fields.Count > Most || fields.Count > 1 && fields.HasTabs != HasTabs)
            return true;
        if (label is not { } column)
            return fields.Count != Most || fields.Count > 1 && !fields.HasTabs && fields[0].Length == 1;
        var at = fields.Resolve(column);
        return at <= fields.Resolve(token) || at >= fields.Count || !HoldsLabel(fields[at]) && fields[at] != ConllLayout.Empty;
    }

    private bool HoldsLabel(string cell) => InBrackets ? BracketLabels.IsLabel(cell) : WordLabel.IsLabel(cell);

    /// <summary>
    /// CoNLL-U numbers the words that a written word is made of 1, 2; the written word itself is 1-2, a word that is not written 8.1.
    /// </summary>
    private static bool IsNoWordOfItsOwn(string id) => id.AsSpan().ContainsAny('-', '.') && char.IsAsciiDigit(id[0]);
}
