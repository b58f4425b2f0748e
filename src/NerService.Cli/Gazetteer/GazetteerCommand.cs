using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using NerService.Cli.Input;
using NerService.Gazetteer;
using NerService.Gazetteer.Index;
using NerService.Gazetteer.Loading;
using NerService.Workbench.Evaluation;

namespace NerService.Cli.Gazetteer;

/// <summary><c>ner gazetteer</c>: commands about lists of names.</summary>
internal static class GazetteerCommand
{
    internal static Command Create(CliStreams streams)
    {
        var files = FileArgument.Of<string[]>(
            "FILE",
            "Gazetteer files of your own. None: those of the gazetteer's folder, as its canonical.tsv and hazard.tsv put them right.",
            ArgumentArity.ZeroOrMore
        );
        var corpora = CliOption.Paths(
            "--corpus",
            "FILE",
            "Annotated text (CoNLL): counts for each name how often its matches are right there. May be given several times."
        );
        var folder = ExtractorSetup.GazetteerFolderOption();
        const string Help =
            "Says which lines cannot be read and why, which ids and names several things share, and what the names cost to load and to hold. "
            + "Ends with 0 when every line is good, with 4 when some are left out.";
        var check = new Command("check", Help) { files, corpora, folder };
        check.SetAction(
            async (parsed, cancellationToken) =>
            {
                var named = parsed.GetValue(files)!;
                ExtractorSetup.RequireGazetteerFiles(named);
                var annotated = await AnnotatedFiles.ReadAsync(parsed.GetValue(corpora)!, default, streams, cancellationToken);
                return await CheckAsync(
                    streams,
                    named,
                    named.Length == 0 ? ExtractorSetup.GazetteerFolder(parsed, folder) : null,
                    annotated,
                    cancellationToken
                );
            }
        );
        return new Command("gazetteer", "Checks lists of names.") { check };
    }

    private static async Task<int> CheckAsync(
        CliStreams streams,
        string[] files,
        string? folder,
        List<ConllFile> corpora,
        CancellationToken cancellationToken
    )
    {
        if (files.Length == 0 && folder is null)
            throw new CliException(ExitCode.Usage, "There is nothing to check: give files, or a folder with --gazetteer-folder.");
        var options = new GazetteerLoadOptions { BadLines = BadLinePolicy.Skip, MaxListedBadLines = int.MaxValue };
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var started = Stopwatch.GetTimestamp();
        var loaded = folder is null
            ? await GazetteerLoader.LoadAsync(files, options, GazetteerOrigin.User, cancellationToken)
            : await GazetteerLoader.LoadFolderAsync(folder, options, cancellationToken);
        var took = Stopwatch.GetElapsedTime(started);
        var held = Math.Max(0, GC.GetTotalMemory(forceFullCollection: true) - before);

        var index = loaded.Value;
        foreach (var line in loaded.Skipped.Listed)
            await streams.Out.WriteLineAsync($"skipped    {line}");
        await WriteSuspectsAsync(streams.Out, index);
        if (corpora.Count > 0)
            await WriteCountsAsync(streams.Out, index, corpora);
        await streams.Out.WriteLineAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Names: {index.Count:N0}, files: {index.Files.Count}, lines skipped: {loaded.Skipped.Count:N0}; "
                    + $"loaded in {took.TotalSeconds:0.00} s, {held / 1e6:0.0} MB in memory."
            )
        );
        return loaded.Skipped.Count == 0 ? ExitCode.Success : ExitCode.ModelUnusable;
    }

    private static async Task WriteSuspectsAsync(TextWriter output, GazetteerIndex index)
    {
        foreach (var names in GazetteerSuspects.SharedIds(index))
        {
            var things = names.Select(name => $"{name.Canonical} ({name.Label})");
            await output.WriteLineAsync($"shared id  {names[0].Id}: {string.Join(", ", things)}");
        }
        foreach (var (key, ids) in GazetteerSuspects.SharedNames(index))
        {
            var things = ids.Select(named => $"{named.Id} ({named.Canonical})");
            await output.WriteLineAsync($"namesakes  {key} ({ids[0].Label}): {string.Join(", ", things)}");
        }
    }

    private static async Task WriteCountsAsync(TextWriter output, GazetteerIndex index, IEnumerable<ConllFile> corpora)
    {
        var counts = new MatchCounts(index);
        foreach (var corpus in corpora)
            counts.Add(corpus);
        await output.WriteLineAsync("matches    name\tid\tall\tright\tother type\tother words\tno name");
        foreach (var count in counts.WorstFirst)
        {
            var entry = count.Entries[0];
            var numbers = string.Join('\t', count.All, count.Right, count.OtherType, count.OtherWords, count.NoName);
            await output.WriteLineAsync($"matches    {entry.Surface}\t{entry.Id}\t{numbers}");
        }
        var hazards = counts.WorstFirst.ToLookup(count => count.Entries[0].NeedsContext);
        await output.WriteLineAsync($"Matches: {Shares(hazards[false])}; of names that need context: {Shares(hazards[true])}.");
    }

    private static string Shares(IEnumerable<MatchCount> counts)
    {
        var (right, all) = (counts.Sum(count => count.Right), counts.Sum(count => count.All));
        return string.Create(CultureInfo.InvariantCulture, $"{all:N0}, right {right:N0}, no name {counts.Sum(count => count.NoName):N0}");
    }
}
