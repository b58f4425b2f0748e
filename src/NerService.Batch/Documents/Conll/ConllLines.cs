namespace NerService.Batch.Documents.Conll;

/// <summary>How the lines of one file are read. What they are apart from tokens is the same in every layout.</summary>
internal abstract class ConllLines
{
    private const string DocumentStart = "-DOCSTART-";

    /// <summary>Whether a line ends a sentence or begins a document.</summary>
    internal static bool IsBreak(string text) => IsBlank(text) || IsDocumentStart(text);

    /// <summary>Whether a line may be a comment; some tokens begin like one.</summary>
    internal static bool BeginsAsComment(string text) => Bare(text).StartsWith('#');

    /// <summary>Reads a line: one row, or several where it holds several tokens.</summary>
    internal IEnumerable<ConllRow> Read(Line line)
    {
        if (line.Text is not { } text)
            return [new ConllRow(ConllRowKind.Bad, line, "", "") { Problem = line.Problem }];
        if (HasLineEndInside(text))
            return [Whole(ConllRowKind.Bad) with { Problem = "has a carriage return inside: lines end with LF or CR LF" }];
        if (IsDocumentStart(text))
            return [Whole(ConllRowKind.DocumentStart)];
        return IsBlank(text) ? [Whole(ConllRowKind.Blank)] : ReadTokens(text, line);

        ConllRow Whole(ConllRowKind kind) => new(kind, line, text, line.End);
    }

    /// <summary>Reads a line that holds more than white space.</summary>
    protected abstract IEnumerable<ConllRow> ReadTokens(string text, Line line);

    private static bool IsDocumentStart(string text) => Bare(text).StartsWith(DocumentStart, StringComparison.Ordinal);

    /// <summary>Whether a lone CR, which ended a line on old systems, stands before other text: many lines would pass for one token.</summary>
    private static bool HasLineEndInside(string text) => text.AsSpan().TrimEnd().Contains('\r');

    private static bool IsBlank(string text) => Bare(text).IsWhiteSpace();

    private static ReadOnlySpan<char> Bare(string text) => text.AsSpan().TrimStart('\uFEFF');
}
