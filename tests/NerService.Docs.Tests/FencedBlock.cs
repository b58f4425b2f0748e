namespace NerService.Docs.Tests;

/// <summary>
/// A fenced block of a page. The fence says its language and, after it, how it is run: <c>```sh root serves</c>.
/// <list type="bullet">
/// <item><c>sh</c>: commands, run in the page's own folder, in the order of the page. <c>root</c>: in the repository's root. <c>serves</c>: in a
/// terminal of their own, where they go on until the page ends. <c>run-by:FILE</c>: by that script of the repository. <c>not-run:REASON</c>: not at
/// all; the reasons are those of <see cref="NotRun"/>.</item>
/// <item><c>text</c> or <c>json</c> right after commands or a program: what it prints. <c>numbers-vary</c>: any number may stand for a shown
/// one.</item>
/// <item><c>json file:NAME</c>: what the reader writes into that file.</item>
/// <item><c>csharp</c>: a program.</item>
/// </list>
/// </summary>
/// <param name="Page">The page, from the repository's root.</param>
/// <param name="Line">The fence's line, from 1.</param>
/// <param name="Language">The fence's first word.</param>
/// <param name="Marks">The fence's other words.</param>
/// <param name="Text">The lines between the fences, less the fence's indentation.</param>
internal sealed record FencedBlock(string Page, int Line, string Language, IReadOnlyList<string> Marks, string Text)
{
    internal string Place => $"{Page}:{Line}";

    internal bool Is(string mark) => Marks.Contains(mark);

    /// <summary>What stands after <c>NAME:</c> on the fence; null where it does not.</summary>
    internal string? Value(string name) => Marks.FirstOrDefault(mark => mark.StartsWith(name + ":", StringComparison.Ordinal))?[(name.Length + 1)..];

    internal bool IsRunHere => Value("not-run") is null && Value("run-by") is null;

    /// <summary>Reads a page's blocks, in order.</summary>
    /// <param name="page">The page, from the repository's root.</param>
    /// <param name="markdown">Its content.</param>
    internal static IEnumerable<FencedBlock> Read(string page, string markdown)
    {
        var lines = markdown.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var fence = lines[i].TrimStart();
            if (!fence.StartsWith("```", StringComparison.Ordinal))
                continue;
            var (start, indent) = (i, lines[i].Length - fence.Length);
            while (++i < lines.Length && lines[i].Trim() != "```") { }
            if (i == lines.Length)
                throw new FormatException($"{page}:{start + 1}: the block has no end.");
            var words = fence[3..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var text = lines[(start + 1)..i].Select(line => line[Math.Min(indent, line.Length - line.TrimStart().Length)..]);
            yield return new FencedBlock(page, start + 1, words.FirstOrDefault() ?? "", [.. words.Skip(1)], string.Join('\n', text));
        }
    }
}
