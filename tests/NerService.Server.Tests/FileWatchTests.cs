using NerService.Server.Reload;

namespace NerService.Server.Tests;

public sealed class FileWatchTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ner-watch");

    public void Dispose() => _folder.Delete(recursive: true);

    private string File(string name) => Path.Combine(_folder.FullName, name);

    [Fact]
    public async Task A_change_is_told_once_and_only_when_the_files_are_at_rest()
    {
        var watched = new Watched([_folder.FullName]);
        await System.IO.File.WriteAllTextAsync(File("a"), "1", TestContext.Current.CancellationToken);
        var watch = new FileWatch(watched);
        await watch.LookAsync(CancellationToken.None);
        await watch.LookAsync(CancellationToken.None);
        Assert.Equal(0, watched.Changes);

        await System.IO.File.WriteAllTextAsync(File("a"), "12", TestContext.Current.CancellationToken);
        await watch.LookAsync(CancellationToken.None);
        Assert.Equal(0, watched.Changes);
        // Still being written.
        await System.IO.File.WriteAllTextAsync(File("b"), "1", TestContext.Current.CancellationToken);
        await watch.LookAsync(CancellationToken.None);
        Assert.Equal(0, watched.Changes);
        await watch.LookAsync(CancellationToken.None);
        await watch.LookAsync(CancellationToken.None);
        Assert.Equal(1, watched.Changes);

        System.IO.File.Delete(File("b"));
        await watch.LookAsync(CancellationToken.None);
        await watch.LookAsync(CancellationToken.None);
        Assert.Equal(2, watched.Changes);
    }

    [Fact]
    public async Task A_link_that_is_turned_to_another_file_is_a_change()
    {
        await System.IO.File.WriteAllTextAsync(File("old"), "same", TestContext.Current.CancellationToken);
        await System.IO.File.WriteAllTextAsync(File("new"), "same", TestContext.Current.CancellationToken);
        System.IO.File.CreateSymbolicLink(File("link"), File("old"));
        var watched = new Watched([File("link")]);
        var watch = new FileWatch(watched);
        System.IO.File.Delete(File("link"));
        System.IO.File.CreateSymbolicLink(File("link"), File("new"));
        await watch.LookAsync(CancellationToken.None);
        await watch.LookAsync(CancellationToken.None);
        Assert.Equal(1, watched.Changes);
    }

    [Fact]
    public async Task A_missing_file_is_a_state_like_any_other()
    {
        var watched = new Watched([File("later")]);
        var watch = new FileWatch(watched);
        await watch.LookAsync(CancellationToken.None);
        await System.IO.File.WriteAllTextAsync(File("later"), "1", TestContext.Current.CancellationToken);
        await watch.LookAsync(CancellationToken.None);
        await watch.LookAsync(CancellationToken.None);
        Assert.Equal(1, watched.Changes);
    }

    private sealed class Watched(string[] paths) : IWatchedFiles
    {
        internal int Changes { get; private set; }

        public IEnumerable<string> Paths => paths;

        public Task ChangedAsync(CancellationToken cancellationToken)
        {
            Changes++;
            return Task.CompletedTask;
        }
    }
}
