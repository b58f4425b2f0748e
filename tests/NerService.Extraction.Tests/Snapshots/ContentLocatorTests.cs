using NerService.Extraction.Snapshots;

namespace NerService.Extraction.Tests.Snapshots;

public sealed class ContentLocatorTests : IDisposable
{
    private readonly TemporaryFolder _root = new();

    [Fact]
    public void A_relative_folder_is_looked_for_in_the_working_directory_first()
    {
        var here = Make("work/models/x");
        Make("models/x");
        Assert.Equal(here, Resolve("models/x"));
    }

    [Fact]
    public void Then_beside_the_binary_and_in_every_folder_above_it()
    {
        var above = Make("models/x");
        Assert.Equal(above, Resolve("models/x"));
        var beside = Make("src/bin/models/x");
        Assert.Equal(beside, Resolve("models/x"));
    }

    [Fact]
    public void What_is_nowhere_is_reported_in_the_working_directory() =>
        Assert.Equal(Path.Combine(_root.Path, "work", "models", "x"), Resolve("models/x"));

    [Fact]
    public void An_absolute_folder_is_taken_as_it_is() => Assert.Equal("/nowhere/x", ContentLocator.Resolve("/nowhere/x", _root.Path, _root.Path));

    public void Dispose() => _root.Dispose();

    private string Resolve(string path) => ContentLocator.Resolve(path, Make("work"), Make("src/bin"));

    private string Make(string folder) => Directory.CreateDirectory(_root[folder]).FullName;
}
