namespace NerService.FunctionalTests;

/// <summary>The extractor in somebody else's program: the example is compiled with these tests and does what it says.</summary>
public sealed class LibraryExampleTests
{
    [Fact]
    public async Task The_example_prints_the_entities_of_its_documents()
    {
        var end = await ChildProcess.RunAsync("dotnet", Path.Combine(AppContext.BaseDirectory, "NerService.Examples.Library.dll"));
        Assert.True(end.ExitCode == 0, end.Error);
        var lines = end.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')[..3]).ToList();
        Assert.Contains((string[])["PER", "سيرغي لافروف", "سيرغي لافروف"], lines);
        Assert.Contains((string[])["LOC", "القاهرة", "القاهرة"], lines);
        // The core is the name without the conjunction.
        Assert.Contains((string[])["LOC", "وباريس", "باريس"], lines);
    }
}
