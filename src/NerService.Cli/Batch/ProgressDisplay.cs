using System.Globalization;
using NerService.Batch.Checkpoints;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace NerService.Cli.Batch;

/// <summary>Shows on standard error how far a job is: a live bar on a terminal, a line now and then elsewhere; a summary at the end.</summary>
internal static class ProgressDisplay
{
    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(0.5),
        PlainInterval = TimeSpan.FromSeconds(10);

    /// <summary>Runs a job that says how far it is; a summary follows unless it is not wanted.</summary>
    internal static async Task<BatchTotals> RunAsync(CliStreams streams, Func<BatchProgress, Task> job, bool summary = true)
    {
        var progress = new BatchProgress();
        var started = TimeProvider.System.GetTimestamp();
        if (streams.ErrorIsTerminal)
            await AnsiConsole
                .Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(streams.Error) })
                .Live(Bar(progress, Elapsed()))
                .AutoClear(true)
                .StartAsync(live => ShowAsync(Refresh, () => live.UpdateTarget(Bar(progress, Elapsed()))));
        else
            await ShowAsync(PlainInterval, () => streams.Error.WriteLine(Line(progress, Elapsed())));
        if (summary)
            await streams.Error.WriteLineAsync(Summary(progress));
        return progress.Totals;

        TimeSpan Elapsed() => TimeProvider.System.GetElapsedTime(started);

        async Task ShowAsync(TimeSpan interval, Action show)
        {
            var running = job(progress);
            while (await Task.WhenAny(running, Task.Delay(interval)) != running)
                show();
            await running;
        }
    }

    /// <summary>What a job did in all its runs, for people.</summary>
    internal static string Summary(BatchProgress progress)
    {
        var totals = progress.Totals;
        var before =
            progress.WasComplete ? "The job had ended before, and nothing was left to do; --restart starts over.\n"
            : progress.Before.Documents > 0 ? $"Went on after {progress.Before.Documents} documents of an earlier run.\n"
            : "";
        var errors = totals.Errors > 0 && progress.ErrorsFile is { } file ? $"\neach error with its reason: {file}" : "";
        var rate = totals.Seconds > 0 ? totals.Words / totals.Seconds : 0;
        var kinds = string.Join(", ", totals.Mentions.Select(kind => $"{kind.Value} {kind.Key}"));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            {before}documents {totals.Documents}, errors {totals.Errors}, words {totals.Words}, windows {totals.Windows}
            mentions {totals.Mentions.Values.Sum()}{(kinds.Length > 0 ? ": " : "")}{kinds}
            time {Duration(totals.Seconds, 1)}, {rate:F0} words/s{errors}
            """
        );
    }

    private static Columns Bar(BatchProgress progress, TimeSpan elapsed)
    {
        var share = progress.Share ?? 0;
        var width = 30;
        var full = (int)Math.Round(share * width);
        return new Columns(
            (IEnumerable<IRenderable>)
                [new Markup($"[blue]{new string('━', full)}[/][grey]{new string('━', width - full)}[/] {Line(progress, elapsed).EscapeMarkup()}")]
        );
    }

    /// <summary>How far a job is, on one line. Rates are of this run alone.</summary>
    internal static string Line(BatchProgress progress, TimeSpan elapsed)
    {
        var (totals, before, seconds) = (progress.Totals, progress.Before, Math.Max(elapsed.TotalSeconds, 0.001));
        var (documents, words) = ((totals.Documents - before.Documents) / seconds, (totals.Words - before.Words) / seconds);
        // Rounded down: all of it is what is done.
        var share = progress.Share is { } known ? string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(known * 1000) / 1000:P1}, ") : "";
        var left =
            progress.Share is { } done && done > progress.ShareBefore
                ? $", {Duration((1 - done) / (done - progress.ShareBefore) * seconds, 0)} left"
                : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{share}{totals.Documents} documents, {documents:F1} documents/s, {words:F0} words/s, {totals.Errors} errors{left}"
        );
    }

    /// <summary>Hours, minutes and seconds, days before them when there are any: 0:03:15.1.</summary>
    private static string Duration(double seconds, int decimals) =>
        TimeSpan.FromSeconds(Math.Round(seconds, decimals)).ToString("g", CultureInfo.InvariantCulture);
}
