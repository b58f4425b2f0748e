using System.Text.RegularExpressions;
using Xunit.Sdk;
using Xunit.v3;

// Readers mostly wait, each in a folder and with ports of their own.
[assembly: Parallelization(Mode = ParallelMode.All, MaxThreads = 4)]

namespace NerService.Docs.Tests;

/// <summary>What the pages show is true: commands and programs run, and print what is shown.</summary>
public sealed partial class PagesTests
{
    public static TheoryData<string> PagesThatRun => [.. Pages.All.Where(page => Pages.BlocksOf(page).Any(block => block.IsRunHere))];

    private static IEnumerable<FencedBlock> AllBlocks => Pages.All.SelectMany(Pages.BlocksOf);

    [Theory]
    [MemberData(nameof(PagesThatRun))]
    public async Task What_a_page_shows_is_what_comes(string page)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The pages' commands are for a Unix shell.");
        var blocks = Pages.BlocksOf(page);
        foreach (var program in (ReadOnlySpan<string>)["nats-server", "curl"])
            Assert.SkipWhen(
                blocks.Any(block => block.IsRunHere && block.Text.Contains(program, StringComparison.Ordinal)) && !IsInstalled(program),
                $"{program} is not installed; .ci/install-test-deps.sh installs it."
            );

        using var reader = new Walkthrough();
        if (Prepared.TryGetValue(page, out var prepare))
            prepare(reader.Folder);
        var serves = blocks.Any(block => block.Is("serves") && block.Text.Contains("NerService.Server", StringComparison.Ordinal));
        if (!serves && blocks.Any(block => block.IsRunHere && block.Text.Contains("localhost:5051", StringComparison.Ordinal)))
            await reader.ServeAsync();
        await reader.FollowAsync(blocks);
    }

    [Fact]
    public void Every_block_says_what_it_is_and_each_that_is_not_run_says_why()
    {
        var wrong = new List<string>();
        FencedBlock? above = null;
        foreach (var block in AllBlocks)
        {
            if (Fault(block, above) is { } fault)
                wrong.Add($"{block.Place} {fault}");
            above = block;
        }
        Assert.Empty(wrong);
        // Were the pages not found, or their fences not seen, all of the above would hold too.
        Assert.InRange(AllBlocks.Count(block => block.IsRunHere), 25, int.MaxValue);
        Assert.Equal(NotRun.Reasons.Keys.Order(), AllBlocks.Select(block => block.Value("not-run")).OfType<string>().Distinct().Order());
    }

    [Fact]
    public async Task Commands_that_are_not_run_here_are_at_least_commands()
    {
        using var terminal = new Terminal(new Dictionary<string, string>());
        foreach (var block in AllBlocks.Where(block => block is { Language: "sh", IsRunHere: false }))
        {
            await File.WriteAllTextAsync(Path.Combine(terminal.Folder, "commands"), block.Text, TestContext.Current.CancellationToken);
            var (output, succeeded) = await terminal.RunAsync("bash -n commands");
            Assert.True(succeeded, $"{block.Place} is not a script: {output}");
        }
    }

    [Fact]
    public async Task A_server_that_dotnet_run_starts_finds_files_where_it_was_typed()
    {
        using var terminal = new Terminal(new Dictionary<string, string>());
        var project = Repository.PathOf("src", "NerService.Server");
        var configuration = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)).Parent!.Name;
        var (output, succeeded) = await terminal.RunAsync(
            $"echo reader=0123456789abcdef > keys; "
                + $"dotnet run --no-build -c {configuration} --project '{project}' -- --check-config --Ner:Security:ApiKeysFile=keys"
        );
        Assert.True(succeeded, output);
        Assert.Contains("would be served", output, StringComparison.Ordinal);
    }

    /// <summary>What a page's reader has already.</summary>
    private static readonly Dictionary<string, Action<string>> Prepared = new()
    {
        // A model as exporters write it.
        ["docs/bring-your-own-model.md"] = folder =>
            Copy(Repository.PathOf("tests", "data", "exported", "unigram-labels"), Path.Combine(folder, "my-model")),
    };

    private static string? Fault(FencedBlock block, FencedBlock? above)
    {
        if (block.Value("not-run") is { } reason)
            return NotRun.Reasons.ContainsKey(reason) ? null : $"gives a reason that is none of NotRun's: {reason}";
        if (block.Value("run-by") is { } script)
            return
                File.Exists(Repository.PathOf(script))
                && File.ReadAllText(Repository.PathOf(script)).Contains(Path.GetFileName(block.Page), StringComparison.Ordinal)
                ? null
                : $"is not run by {script}, which does not name the page, or is not there";
        if (block.Marks.FirstOrDefault(mark => !Mark().IsMatch(mark)) is { } unknown)
            return $"has an unknown mark: {unknown}";
        return block.Language switch
        {
            "sh" or "csharp" => null,
            "json" when block.Value("file") is not null => null,
            "text" or "json" => above?.Page == block.Page && above.Language is "sh" or "csharp" && !above.Is("serves")
                ? null
                : "is not the output of the block above it",
            _ => $"has a language that nothing runs: '{block.Language}'",
        };
    }

    private static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Any(folder => File.Exists(Path.Combine(folder, program)));

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }

    [GeneratedRegex("^(root|serves|numbers-vary|file:.+)$")]
    private static partial Regex Mark();
}
