using System.Diagnostics;

namespace NerService.Batch.Tests;

/// <summary>The extractor in somebody else's program: the example is compiled with these tests and does what it says.</summary>
public sealed class LibraryExampleTests
{
    [Fact]
    public async Task The_example_prints_the_entities_of_its_documents()
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "NerService.Examples.Library.dll")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var (output, error) = (
            process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken),
            process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)
        );
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await error);
        var lines = (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')[..3]).ToList();
        Assert.Contains((string[])["PER", "سيرغي لافروف", "سيرغي لافروف"], lines);
        Assert.Contains((string[])["LOC", "القاهرة", "القاهرة"], lines);
        // The core is the name without the conjunction.
        Assert.Contains((string[])["LOC", "وباريس", "باريس"], lines);
    }
}
