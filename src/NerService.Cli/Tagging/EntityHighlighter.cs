using System.Text;
using NerService.Contracts.V1;

namespace NerService.Cli.Tagging;

/// <summary>
/// Marks the entities in a text for a person to read. Each mark is a bidi isolate (Unicode UAX 9: U+2068 to U+2069), so the Latin type name in a
/// right-to-left line does not move what stands around it. Control characters of the text are shown as pictures, so no text can steer the terminal.
/// </summary>
internal static class EntityHighlighter
{
    private const char FirstStrongIsolate = '\u2068',
        PopIsolate = '\u2069';
    private const string Reset = "\e[0m";

    /// <summary>Marks entities.</summary>
    /// <param name="text">The document.</param>
    /// <param name="mentions">In document order, never overlapping, with UTF-16 offsets.</param>
    /// <param name="colour">Colours (ANSI) instead of brackets.</param>
    internal static string Highlight(string text, IEnumerable<Mention> mentions, bool colour)
    {
        var marked = new StringBuilder(text.Length * 2);
        var end = 0;
        foreach (var mention in mentions)
        {
            AppendVisible(marked, text.AsSpan(end, mention.Span.Start - end));
            end = mention.Span.End;
            marked.Append(FirstStrongIsolate).Append(colour ? Colour(mention.Type) : "[");
            AppendVisible(marked, text.AsSpan(mention.Span.Start, end - mention.Span.Start));
            marked.Append(' ').Append(mention.Label).Append(colour ? Reset : "]").Append(PopIsolate);
        }
        AppendVisible(marked, text.AsSpan(end));
        return marked.ToString();
    }

    /// <summary>A text in an isolate of its own, so that it moves nothing around it.</summary>
    internal static string Isolated(string text)
    {
        var visible = new StringBuilder(text.Length + 2).Append(FirstStrongIsolate);
        AppendVisible(visible, text);
        return visible.Append(PopIsolate).ToString();
    }

    private static string Colour(EntityType type) =>
        type switch
        {
            EntityType.Person => "\e[1;34m",
            EntityType.Location => "\e[1;32m",
            _ => "\e[1;35m",
        };

    private static void AppendVisible(StringBuilder output, ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            output.Append(
                c switch
                {
                    '\n' or '\t' => c,
                    < ' ' => (char)('\u2400' + c),
                    '\u007F' => '\u2421',
                    >= '\u0080' and <= '\u009F' => '\uFFFD',
                    _ => c,
                }
            );
        }
    }
}
