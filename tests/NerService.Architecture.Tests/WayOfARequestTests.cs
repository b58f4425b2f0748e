using System.Text.RegularExpressions;

namespace NerService.Architecture.Tests;

/// <summary>The page for contributors leads along one request, file by file; a file that moves takes the page with it.</summary>
public sealed partial class WayOfARequestTests
{
    [Fact]
    public void The_way_of_a_request_names_files_that_are_there_and_each_once()
    {
        var page = File.ReadAllText(Repository.PathOf("CONTRIBUTING.md"));
        var start = page.IndexOf("## The way of one request", StringComparison.Ordinal);
        var section = page[start..page.IndexOf("\n## ", start + 1, StringComparison.Ordinal)];
        var files = FileName().Matches(section).Select(match => match.Groups["path"].Value).ToList();

        Assert.True(files.Count > 20, $"The way names {files.Count} files only.");
        Assert.DoesNotContain(files, file => !File.Exists(Repository.PathOf("src", $"NerService.{file}")));
        Assert.Empty(files.GroupBy(file => file).Where(same => same.Count() > 1).Select(same => same.Key));
    }

    [GeneratedRegex(@"`(?<path>\w+/[\w/]+\.cs)`")]
    private static partial Regex FileName();
}
