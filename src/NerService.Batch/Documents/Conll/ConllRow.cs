namespace NerService.Batch.Documents.Conll;

/// <summary>What a line of a CoNLL file is.</summary>
internal enum ConllRowKind
{
    /// <summary>A token, with or without label.</summary>
    Token,

    /// <summary>White space, nothing, or the end of a line that holds a sentence: a sentence ends.</summary>
    Blank,

    /// <summary>-DOCSTART-: a document begins.</summary>
    DocumentStart,

    /// <summary>A comment, or a line of CoNLL-U that is not a word of its own (1-2, 8.1).</summary>
    Layout,

    /// <summary>A line that cannot be read.</summary>
    Bad,
}

/// <summary>
/// A line of a CoNLL file, read, or a token of a line that holds several. Before, label and after of its rows make up the line, byte for byte.
/// </summary>
/// <param name="Kind">What it is.</param>
/// <param name="Line">The line.</param>
/// <param name="Before">Everything before the label, or before the place where one would stand; the whole line where there is no token.</param>
/// <param name="After">Everything after it, the line's end included.</param>
internal sealed record ConllRow(ConllRowKind Kind, Line Line, string Before, string After)
{
    internal long Number => Line.Number;

    /// <summary>The token; empty where there is none.</summary>
    internal string Token { get; init; } = "";

    /// <summary>The label as it is written; null where the line has none.</summary>
    internal string? Label { get; init; }

    /// <summary>Whether the label is of brackets around names, which <see cref="BracketLabels"/> reads and writes.</summary>
    internal bool InBrackets { get; init; }

    /// <summary>Why the line cannot be read, to stand after its number; null when it can.</summary>
    internal string? Problem { get; init; }
}
