using System.CommandLine;
using System.Text.RegularExpressions;
using NerService.Cli;

namespace NerService.Docs.Tests;

/// <summary>What pages name in passing is there under that name.</summary>
public sealed partial class InlineCommandsTests
{
    private static readonly RootCommand Ner = NerCommandLine.Create(new CliStreams(Stream.Null, TextWriter.Null, TextWriter.Null, false, false));

    private static IEnumerable<(string Page, string Code)> InlineCode =>
        from page in Pages.All
        from Match code in Code().Matches(Fence().Replace(Pages.Content(page), ""))
        select (page, code.Groups[1].Value);

    [Fact]
    public void Commands_of_ner_that_a_page_names_are_ones_that_it_takes()
    {
        var named = InlineCode.Where(code => code.Code.StartsWith("ner ", StringComparison.Ordinal)).ToList();
        Assert.True(named.Count > 10);
        Assert.Empty(
            named
                .Select(code =>
                    (code.Page, code.Code, Errors: Ner.Parse(code.Code[4..]).Errors.Where(error => !IsOfWhatIsLeftOut(error.Message)).ToList())
                )
                .Where(code => code.Errors.Count > 0)
                .Select(code => $"{code.Page}: `{code.Code}`: {code.Errors[0].Message}")
        );
    }

    [Fact]
    public void Options_that_a_page_names_are_ones_of_a_command()
    {
        var known = Options(Ner).ToHashSet();
        // Those of the server, and of the scripts that a page is about.
        known.UnionWith(["--help", "--version", "--check-config", "--health-check"]);
        var unknown = InlineCode
            .Where(code => code.Code.StartsWith("--", StringComparison.Ordinal) && !code.Code.StartsWith("--Ner:", StringComparison.Ordinal))
            .Where(code => !code.Page.StartsWith("models/training/", StringComparison.Ordinal))
            .Where(code => !known.Contains(code.Code.Split(' ', '=')[0]));
        Assert.Empty(unknown.Select(code => $"{code.Page}: `{code.Code}`"));
    }

    [Fact]
    public void Files_that_a_page_links_to_are_there()
    {
        var broken =
            from page in Pages.All
            from Match link in Link().Matches(Fence().Replace(Pages.Content(page), ""))
            let target = link.Groups[1].Value.Split('#')[0]
            where target.Length > 0 && !target.Contains("://", StringComparison.Ordinal)
            let path = Repository.PathOf(Path.GetDirectoryName(page)!, target)
            where !Path.Exists(path)
            select $"{page}: {target}";
        Assert.Empty(broken);
    }

    [Fact]
    public void The_index_of_the_pages_lists_each_of_them()
    {
        var listed = Link().Matches(Pages.Content("docs/README.md")).Select(link => link.Groups[1].Value).ToHashSet();
        var pages = Pages.All.Where(page => page.StartsWith("docs/", StringComparison.Ordinal)).Select(page => page["docs/".Length..]);
        Assert.DoesNotContain(pages, page => page != "README.md" && !listed.Contains(page));
    }

    /// <summary>In passing, a command is named without all that it must be given.</summary>
    private static bool IsOfWhatIsLeftOut(string error) => error.Contains("required", StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<string> Options(Command command) =>
        command.Options.Select(option => option.Name).Concat(command.Subcommands.SelectMany(Options));

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"^ *```.*?^ *```\s*$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
