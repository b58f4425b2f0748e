using System.Globalization;
using NerService.Text.Labels;

namespace NerService.Batch.Documents.Conll;

/// <summary>Where token and label of a file's lines stand, and how its lines are read accordingly.</summary>
/// <param name="Token">The token's column, from 0; a negative one counts from the last, which is -1.</param>
/// <param name="Label">The label's column, counted alike; null where the file has none, and a label becomes a new last column.</param>
/// <param name="HasIds">Whether the first column is the word's number in its sentence.</param>
/// <param name="HasTabs">Whether tabs part the columns of lines that have several.</param>
/// <param name="Most">Columns of the longest line.</param>
internal sealed record ConllColumns(int Token, int? Label, bool HasIds, bool HasTabs, int Most)
{
    private const string DocumentStart = "-DOCSTART-";

    /// <summary>Whether a line ends a sentence or begins a document.</summary>
    internal static bool IsBreak(string text) => IsBlank(text) || IsDocumentStart(text);

    /// <summary>Whether a line may be a comment; some tokens begin like one.</summary>
    internal static bool BeginsAsComment(string text) => Bare(text).StartsWith('#');

    /// <summary>Reads a line.</summary>
    internal ConllRow Read(Line line, long number)
    {
        if (line.Text is not { } text)
            return new ConllRow(ConllRowKind.Bad, number, "", "") { Problem = line.Problem };
        if (HasLineEndInside(text))
            return Whole(ConllRowKind.Bad) with { Problem = "has a carriage return inside: lines end with LF or CR LF" };
        if (IsDocumentStart(text))
            return Whole(ConllRowKind.DocumentStart);
        if (IsBlank(text))
            return Whole(ConllRowKind.Blank);
        var fields = new ConllFields(text);
        if (BeginsAsComment(text) && IsComment(fields) || HasIds && IsNoWordOfItsOwn(fields[0]))
            return Whole(ConllRowKind.Layout);
        return ReadToken(text, line.End, number, fields);

        ConllRow Whole(ConllRowKind kind) => new(kind, number, text, line.End);
    }

    private ConllRow ReadToken(string text, string end, long number, ConllFields fields)
    {
        var (token, label) = (fields.Resolve(Token), Label is { } column ? fields.Resolve(column) : fields.Count);
        if (fields[0].Length == 0)
            return Bad($"begins with {(fields.HasTabs ? "a tab" : "a space")}: the token is missing");
        if (token < 0 || token >= fields.Count || fields[token].Length == 0)
            return Bad(
                string.Create(CultureInfo.InvariantCulture, $"has {fields.Count} columns, and no token in column {Place(Token)} (--token-column)")
            );
        if (label < fields.Count && label >= 0 && label != token)
        {
            var at = fields.At(label);
            return new ConllRow(ConllRowKind.Token, number, text[..at.Start], text[at.End..] + end) { Token = fields[token], Label = fields[label] };
        }
        if (label > fields.Count || label != token && fields.Count > token + 1 && label < fields.Count)
            return Bad(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"has {fields.Count} columns, and no label in column {Place(Label!.Value)} (--label-column)"
                )
            );
        // What stands behind the last column parts it from the label already.
        var trailing = text[fields.At(fields.Count - 1).End.Value..];
        var separator =
            trailing.Length > 0 ? ""
            : fields.Count == 1
                ? HasTabs ? "\t"
                    : " "
            : fields.HasTabs ? "\t"
            : " ";
        return new ConllRow(ConllRowKind.Token, number, text + separator, end) { Token = fields[token] };

        ConllRow Bad(string problem) => new(ConllRowKind.Bad, number, text, end) { Problem = problem };
    }

    /// <summary>
    /// Whether a line that begins with # is a comment. It is a token where it looks as the file's tokens do: a label in the label's column, or, in a
    /// file without labels, as many columns as the others and more than the sign itself.
    /// </summary>
    private bool IsComment(ConllFields fields)
    {
        if (fields.Count > Most || fields.Count > 1 && fields.HasTabs != HasTabs)
            return true;
        if (Label is not { } column)
            return fields.Count != Most || fields.Count > 1 && !fields.HasTabs && fields[0].Length == 1;
        var label = fields.Resolve(column);
        return label <= fields.Resolve(Token) || label >= fields.Count || !WordLabel.IsLabel(fields[label]) && fields[label] != ConllLayout.Empty;
    }

    /// <summary>
    /// CoNLL-U numbers the words that a written word is made of 1, 2; the written word itself is 1-2, a word that is not written 8.1.
    /// </summary>
    private static bool IsNoWordOfItsOwn(string id) => id.AsSpan().ContainsAny('-', '.') && char.IsAsciiDigit(id[0]);

    private static bool IsDocumentStart(string text) => Bare(text).StartsWith(DocumentStart, StringComparison.Ordinal);

    /// <summary>Whether a lone CR, which ended a line on old systems, stands before other text: many lines would pass for one token.</summary>
    private static bool HasLineEndInside(string text) => text.AsSpan().TrimEnd().Contains('\r');

    private static bool IsBlank(string text) => Bare(text).IsWhiteSpace();

    private static ReadOnlySpan<char> Bare(string text) => text.AsSpan().TrimStart('\uFEFF');

    private static int Place(int column) => column < 0 ? column : column + 1;
}
