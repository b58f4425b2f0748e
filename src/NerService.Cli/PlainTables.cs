using Spectre.Console;

namespace NerService.Cli;

/// <summary>Tables for people, without colours, as wide as they are told and not as a terminal is.</summary>
internal static class PlainTables
{
    /// <summary>Draws on a writer.</summary>
    internal static IAnsiConsole Console(TextWriter output, int width)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = width;
        return console;
    }

    /// <summary>A table of one column of names and others of numbers.</summary>
    internal static Table Of(string first, params ReadOnlySpan<string> numbers)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn(first).NoWrap());
        foreach (var column in numbers)
            table.AddColumn(new TableColumn(column).RightAligned());
        return table;
    }
}
