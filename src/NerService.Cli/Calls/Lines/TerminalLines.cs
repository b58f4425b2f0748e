using System.Globalization;
using System.Text;
using NerService.Batch.Documents;
using Spectre.Console;

namespace NerService.Cli.Calls.Lines;

/// <summary>
/// Lines that a person writes in a terminal, with a prompt that numbers them. After each key the line is redrawn as a whole: the terminal alone
/// joins letters and puts them in order, and only widths are counted here.
/// </summary>
/// <param name="output">The terminal.</param>
internal sealed class TerminalLines(TextWriter output) : ILineSource
{
    /// <remarks>Waits for keys on the caller's thread. Ctrl+C drops the line, not the program.</remarks>
    public ValueTask<Line?> ReadAsync(IReadOnlyList<string> history, CancellationToken cancellationToken)
    {
        Console.TreatControlCAsInput = true;
        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var editor = new LineEditor(history);
                switch (Edit(editor, $"{history.Count + 1}> "))
                {
                    case EditResult.Entered:
                        return ValueTask.FromResult<Line?>(new Line(editor.Text, "\n", Problem: null));
                    case EditResult.Ended:
                        return ValueTask.FromResult<Line?>(null);
                }
            }
        }
        finally
        {
            Console.TreatControlCAsInput = false;
        }
    }

    private EditResult Edit(LineEditor editor, string prompt)
    {
        var row = Draw(editor, prompt, row: 0, editor.Cursor);
        while (true)
        {
            var result = editor.Press(Console.ReadKey(intercept: true));
            // What is pasted comes as many keys, an emoji as two; it is drawn once.
            if (result == EditResult.Editing && Console.KeyAvailable)
                continue;
            row = Draw(editor, prompt, row, result == EditResult.Editing ? editor.Cursor : editor.Text.Length);
            if (result == EditResult.Editing)
                continue;
            output.Write(result == EditResult.Abandoned ? "^C\r\n" : "\r\n");
            output.Flush();
            return result;
        }
    }

    /// <summary>
    /// Draws prompt and line over what was drawn before, and leaves the cursor after so many UTF-16 units of the line. Rows count from the prompt's.
    /// </summary>
    /// <returns>The row in which the cursor now is.</returns>
    private int Draw(LineEditor editor, string prompt, int row, int cursor)
    {
        var width = Math.Max(1, Console.WindowWidth);
        var all = Cells(prompt + editor.Text);
        var before = Cells(prompt + editor.Text[..cursor]);
        var drawing = new StringBuilder(Up(row)).Append("\r\e[J").Append(prompt).Append(editor.Text);
        // A row that is just full leaves the cursor in it; the next character would go to the next row.
        if (all > 0 && all % width == 0)
            drawing.Append("\r\n");
        drawing.Append(Up(all / width - before / width)).Append('\r');
        if (before % width > 0)
            drawing.Append(CultureInfo.InvariantCulture, $"\e[{before % width}C");
        output.Write(drawing);
        output.Flush();
        return before / width;
    }

    private static string Up(int rows) => rows == 0 ? "" : $"\e[{rows}A";

    /// <summary>The terminal's cells that text takes: none for vowel marks, two for wide characters.</summary>
    private static int Cells(string text) => text.GetCellWidth();
}
