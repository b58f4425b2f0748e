using Microsoft.Extensions.Logging.Abstractions;
using NerService.Server.Lifecycle;
using NerService.Server.Options;

namespace NerService.Server.Tests.Lifecycle;

public sealed class FileWatchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string File(string name) => _folder[name];

    [Fact]
    public async Task A_change_is_told_once_and_only_when_the_files_are_at_rest()
    {
        var watched = new Watched([_folder.Path]);
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

    [Fact]
    public async Task A_change_that_cannot_be_taken_note_of_yet_is_told_again()
    {
        var watched = new Watched([File("model")]) { TakesNote = false };
        var watch = new FileWatch(watched);
        await System.IO.File.WriteAllTextAsync(File("model"), "1", TestContext.Current.CancellationToken);
        for (var look = 0; look < 3; look++)
            await watch.LookAsync(CancellationToken.None);
        Assert.Equal(2, watched.Changes);
        watched.TakesNote = true;
        for (var look = 0; look < 3; look++)
            await watch.LookAsync(CancellationToken.None);
        Assert.Equal(3, watched.Changes);
    }

    [Fact]
    public async Task Looks_that_fail_for_want_of_descriptors_are_not_a_change_and_what_changed_meanwhile_is_one()
    {
        await System.IO.File.WriteAllTextAsync(File("model"), "1", TestContext.Current.CancellationToken);
        var watched = new Watched([File("model")]);
        var watch = new FileWatch(watched);
        watched.Failure = new IOException("Too many open files");
        for (var look = 0; look < 3; look++)
            await watch.LookAsync(CancellationToken.None);
        watched.Failure = null;
        for (var look = 0; look < 3; look++)
            await watch.LookAsync(CancellationToken.None);
        Assert.Equal(0, watched.Changes);

        watched.Failure = new IOException("Too many open files");
        await watch.LookAsync(CancellationToken.None);
        await System.IO.File.WriteAllTextAsync(File("model"), "12", TestContext.Current.CancellationToken);
        await watch.LookAsync(CancellationToken.None);
        watched.Failure = null;
        for (var look = 0; look < 3; look++)
            await watch.LookAsync(CancellationToken.None);
        Assert.Equal(1, watched.Changes);
    }

    [Fact]
    public async Task A_folder_that_may_no_longer_be_read_is_a_change()
    {
        if (OperatingSystem.IsWindows() || Environment.UserName == "root")
        {
            Assert.Skip("Needs a Unix user who may not read everything.");
            return;
        }
        var inner = Directory.CreateDirectory(_folder["model"]);
        var watched = new Watched([inner.FullName]);
        var watch = new FileWatch(watched);
        inner.UnixFileMode = UnixFileMode.None;
        for (var look = 0; look < 3; look++)
            await watch.LookAsync(CancellationToken.None);
        inner.UnixFileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Assert.Equal(1, watched.Changes);
    }

    [Fact]
    public async Task Whatever_a_look_meets_the_watch_goes_on()
    {
        var clock = new CountingClock();
        var watched = new Watched([File("model")]) { Failure = new InvalidOperationException("No look is meant to throw this.") };
        using var service = new FileWatchService(
            [watched],
            Microsoft.Extensions.Options.Options.Create(new ReloadOptions()),
            clock,
            NullLogger<FileWatchService>.Instance
        );
        watched.Failure = null;
        await service.StartAsync(TestContext.Current.CancellationToken);
        await Wait.UntilAsync(() => clock.Waits.Count > 0, "the watch waits for the clock");
        Assert.Equal([TimeSpan.FromSeconds(new ReloadOptions().PollSeconds)], clock.Waits);
        watched.Failure = new InvalidOperationException("No look is meant to throw this.");
        await UntilAsync(() => watched.Looks > 3);
        watched.Failure = null;
        await System.IO.File.WriteAllTextAsync(File("model"), "1", TestContext.Current.CancellationToken);
        await UntilAsync(() => watched.Changes == 1);
        Assert.False(service.ExecuteTask!.IsCompleted);
        await service.StopAsync(TestContext.Current.CancellationToken);

        // Each step of the clock is a look; the looks happen on another thread.
        Task UntilAsync(Func<bool> reached) =>
            Wait.UntilAsync(
                () =>
                {
                    clock.Advance(TimeSpan.FromSeconds(5));
                    return reached();
                },
                "the watch looked"
            );
    }

    /// <summary>Files of which each look can be made to fail.</summary>
    private sealed class Watched(string[] paths) : IWatchedFiles
    {
        private int _changes,
            _looks;

        internal int Changes => Volatile.Read(ref _changes);

        internal int Looks => Volatile.Read(ref _looks);

        internal Exception? Failure { get; set; }

        public IEnumerable<string> Paths
        {
            get
            {
                Interlocked.Increment(ref _looks);
                foreach (var path in paths)
                    yield return Failure is null ? path : throw Failure;
            }
        }

        internal bool TakesNote { get; set; } = true;

        public Task<bool> ChangedAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _changes);
            return Task.FromResult(TakesNote);
        }
    }
}
