using NerService.Text.Labels;

namespace NerService.Batch.Documents.Conll;

/// <summary>Labels as CoNLL-2012 writes them, brackets around each name: <c>(PERSON*</c>, <c>*)</c>, <c>(GPE)</c>, and <c>*</c> else.</summary>
internal sealed class BracketLabels
{
    private const char Open = '(',
        Close = ')',
        Word = '*';

    private string? _type;

    /// <summary>Whether a column's content is such a label.</summary>
    internal static bool IsLabel(ReadOnlySpan<char> cell)
    {
        var type = cell.StartsWith(Open) ? cell[1..].IndexOfAny(Word, Close) : -1;
        return cell is "*" or "*)" || type > 0 && cell[(type + 1)..] is "*" or ")" or "*)";
    }

    /// <summary>Reads the label of a sentence's next word.</summary>
    internal WordLabel Read(ReadOnlySpan<char> cell)
    {
        var begins = cell.StartsWith(Open);
        if (begins)
            _type = cell[1..].TrimEnd(Close).TrimEnd(Word).ToString();
        var label = _type is null ? WordLabel.Parse("O") : WordLabel.Parse($"{(begins ? 'B' : 'I')}-{_type}");
        if (cell.EndsWith(Close))
            _type = null;
        return label;
    }

    /// <summary>A sentence ends: no name goes on into the next.</summary>
    internal void EndSentence() => _type = null;

    /// <summary>Writes a word's label.</summary>
    /// <param name="label">The label: B-, I- or O.</param>
    /// <param name="next">The next word's; null for the last.</param>
    internal static string Write(string label, string? next)
    {
        var (own, following) = (WordLabel.Parse(label), next is null ? default : WordLabel.Parse(next));
        if (own.Position == LabelPosition.Outside)
            return "*";
        var goesOn = following.Position == LabelPosition.Inside;
        return own.Position == LabelPosition.Begin
            ? goesOn
                ? $"({own.TypeName}*"
                : $"({own.TypeName})"
            : goesOn
                ? "*"
                : "*)";
    }
}
