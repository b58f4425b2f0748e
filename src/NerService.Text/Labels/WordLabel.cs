using System.Globalization;

namespace NerService.Text.Labels;

/// <summary>Where a labelled word stands in its entity.</summary>
public enum LabelPosition
{
    /// <summary>In none: O.</summary>
    Outside,

    /// <summary>The first word: B.</summary>
    Begin,

    /// <summary>A further word: I or M; of a label without prefix, any word.</summary>
    Inside,

    /// <summary>The last of several words: E or L.</summary>
    End,

    /// <summary>The only word: S, U or W.</summary>
    Unit,
}

/// <summary>A word's label as corpora and models write it, in any scheme (IOB1, IOB2, IOBES, BILOU, BMES, or types alone) and any case.</summary>
/// <param name="Position">Where the word stands in its entity.</param>
/// <param name="TypeName">The type as it was written; empty outside.</param>
/// <param name="Type">The type; null outside, and for one that the service does not know, such as MISC.</param>
public readonly record struct WordLabel(LabelPosition Position, string TypeName, EntityType? Type)
{
    /// <summary>Reads a label: <c>B-PERS</c>, <c>s_Loc</c>, <c>PER-B</c>, <c>ORG</c>, <c>O</c>. White space and marks of direction around it do not
    /// count. What belongs to no word (padding, marks of a tokenizer) is outside, as is the empty column of CoNLL files, <c>_</c>.</summary>
    public static WordLabel Parse(ReadOnlySpan<char> label)
    {
        label = Bare(label);
        if (IsOutside(label))
            return new WordLabel(LabelPosition.Outside, "", null);
        var position = Prefix(label);
        var name = position is null ? label : label[2..];
        if (position is null && label.Length > 3 && label[^2] is ('-' or '_') && char.IsAsciiLetterUpper(label[^1]))
        {
            position = PositionOf(label[^1]);
            name = position is null ? label : label[..^2];
        }
        return new WordLabel(position ?? LabelPosition.Inside, name.ToString(), EntityTypeNames.TryRead(name, out var type) ? type : null);
    }

    /// <summary>Whether a column's content is a label beyond doubt: O, a prefix with a type, or the name of a type that the service knows.</summary>
    public static bool IsLabel(ReadOnlySpan<char> text)
    {
        text = Bare(text);
        return text is "O" or "o" || Prefix(text) is not null && char.IsLetter(text[2]) || EntityTypeNames.TryRead(text, out _);
    }

    /// <summary>
    /// The label in the service's own spelling: O, or B, I, E, S with PER, LOC or ORG; a type that the service does not know counts as outside.
    /// </summary>
    public override string ToString() => Type is { } type ? $"{"OBIES"[(int)Position]}-{type.ToTag()}" : "O";

    /// <summary>The label with the type as it was written: O, or B, I, E, S with PERS, GPE, EVENT.</summary>
    public string Verbatim() => Position == LabelPosition.Outside ? "O" : $"{"OBIES"[(int)Position]}-{TypeName}";

    private static ReadOnlySpan<char> Bare(ReadOnlySpan<char> label)
    {
        while (!label.IsEmpty && IsInvisible(label[0]))
            label = label[1..];
        while (!label.IsEmpty && IsInvisible(label[^1]))
            label = label[..^1];
        return label;
    }

    private static bool IsInvisible(char c) => char.IsWhiteSpace(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format;

    private static bool IsOutside(ReadOnlySpan<char> label) =>
        label is "" or "O" or "o" or "_" or "-" or "X" or "PAD" or "[PAD]" or "<PAD>" or "<pad>" or "[CLS]" or "[SEP]";

    /// <summary>The position that a prefix and its dash or underscore say; null where there is none.</summary>
    private static LabelPosition? Prefix(ReadOnlySpan<char> label) => label.Length < 3 || label[1] is not ('-' or '_') ? null : PositionOf(label[0]);

    private static LabelPosition? PositionOf(char letter) =>
        letter switch
        {
            'B' or 'b' => LabelPosition.Begin,
            'I' or 'i' or 'M' or 'm' => LabelPosition.Inside,
            'E' or 'e' or 'L' or 'l' => LabelPosition.End,
            'S' or 's' or 'U' or 'u' or 'W' or 'w' => LabelPosition.Unit,
            _ => null,
        };
}
