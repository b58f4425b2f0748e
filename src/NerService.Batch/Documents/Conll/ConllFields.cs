namespace NerService.Batch.Documents.Conll;

/// <summary>
/// The columns of one line: separated by tabs where the line has one, else by runs of spaces; or by runs of both. White space at the line's end
/// belongs to none.
/// </summary>
internal readonly struct ConllFields
{
    private readonly string _text;
    private readonly List<Range> _columns;

    /// <summary>Cuts a line.</summary>
    /// <param name="text">The line; a byte order mark before it belongs to no column.</param>
    /// <param name="anyWhiteSpace">Whether tabs and spaces separate columns alike.</param>
    internal ConllFields(string text, bool anyWhiteSpace = false)
    {
        _text = text;
        var (start, end) = (text.StartsWith('\uFEFF') ? 1 : 0, text.AsSpan().TrimEnd().Length);
        _columns = [];
        HasTabs = text.AsSpan(start, Math.Max(0, end - start)).Contains('\t');
        var separators =
            anyWhiteSpace ? " \t"
            : HasTabs ? "\t"
            : " ";
        while (start <= end)
        {
            var length = text.AsSpan(start, end - start).IndexOfAny(separators) is >= 0 and var found ? found : end - start;
            _columns.Add(Trimmed(start, start + length));
            start += length + 1;
            while ((anyWhiteSpace || !HasTabs) && start < end && separators.Contains(text[start]))
                start++;
        }
    }

    /// <summary>The line.</summary>
    internal string Text => _text;

    internal bool HasTabs { get; }

    internal int Count => _columns.Count;

    /// <summary>A column's content, without spaces around it.</summary>
    internal string this[int column] => _text[_columns[column]];

    internal Range At(int column) => _columns[column];

    /// <summary>The index of a column from 0; a negative one counts from the last, which is -1.</summary>
    internal int Resolve(int column) => column < 0 ? Count + column : column;

    /// <summary>What a user calls a column: from 1, and -1 is the last.</summary>
    internal static int Place(int column) => column < 0 ? column : column + 1;

    private Range Trimmed(int start, int end)
    {
        while (start < end && _text[start] == ' ')
            start++;
        while (end > start && _text[end - 1] == ' ')
            end--;
        return start..end;
    }
}
