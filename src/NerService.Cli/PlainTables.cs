using Spectre.Console;

namespace NerService.Cli;

/// <summary>Tables for people, without colours, as wide as they are told and not as a terminal is.</summary>
internal static class PlainTables
{
    internal static IAnsiConsole Console(TextWriter output, int width)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = width;
        return console;
    }

    /// <summary>A table of one column of names and others of numbers.</summary>
    internal static Table Of<T>(string first, IEnumerable<(string Name, T Row)> rows, params (string Header, Func<T, string> Cell)[] columns)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn(first).NoWrap());
        foreach (var (header, _) in columns)
            table.AddColumn(new TableColumn(header).RightAligned());
        foreach (var (name, row) in rows)
            table.AddRow([name, .. columns.Select(column => column.Cell(row))]);
        return table;
    }
}
