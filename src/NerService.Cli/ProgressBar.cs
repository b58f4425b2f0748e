using Spectre.Console;

namespace NerService.Cli;

/// <summary>Shows on standard error how far a command is, when somebody is there to see it.</summary>
internal static class ProgressBar
{
    /// <summary>Runs work that ticks once for each of its steps.</summary>
    internal static async Task<T> RunAsync<T>(CliStreams streams, string what, int steps, Func<Action, Task<T>> work)
    {
        if (!streams.ErrorIsTerminal)
            return await work(static () => { });
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(streams.Error) });
        return await console
            .Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                var task = context.AddTask(what, maxValue: steps);
                return await work(() => task.Increment(1));
            });
    }
}
