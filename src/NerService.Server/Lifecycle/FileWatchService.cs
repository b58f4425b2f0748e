using Microsoft.Extensions.Options;
using NerService.Server.Options;

namespace NerService.Server.Lifecycle;

/// <summary>Something that depends on files.</summary>
internal interface IWatchedFiles
{
    /// <summary>Files, and folders whose files count.</summary>
    IEnumerable<string> Paths { get; }

    /// <summary>The files have changed and been at rest since the last look. Reports its own failures.</summary>
    /// <returns>Whether the change was noted; otherwise it is told again at the next look.</returns>
    Task<bool> ChangedAsync(CancellationToken cancellationToken);
}

/// <summary>
/// Looks at files at regular intervals. Names, sizes, times and link targets are compared rather than notifications awaited: these reach neither
/// network file systems nor the link swaps by which Kubernetes updates a mounted volume. Nothing that a look meets ends the watch.
/// </summary>
internal sealed class FileWatchService(
    IEnumerable<IWatchedFiles> watched,
    IOptions<ReloadOptions> options,
    TimeProvider time,
    ILogger<FileWatchService> logger
) : BackgroundService
{
    private List<FileWatch> _watches = [];

    /// <summary>Takes the first look, before anything that starts later reads the files: what changes while they are read is a change.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Watch)
            _watches = [.. watched.Select(w => new FileWatch(w))];
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_watches.Count == 0)
            return;
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.PollSeconds), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            foreach (var watch in _watches)
                await LookAsync(watch, stoppingToken);
    }

    private async Task LookAsync(FileWatch watch, CancellationToken stoppingToken)
    {
        try
        {
            await watch.LookAsync(stoppingToken);
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            logger.LogError(e, "Files that changed could not be noted");
        }
    }
}

/// <summary>Notices that files have changed and come to rest.</summary>
internal sealed class FileWatch
{
    private readonly IWatchedFiles _watched;
    private string? _known;
    private string? _latest;

    internal FileWatch(IWatchedFiles watched)
    {
        _watched = watched;
        _known = _latest = Signature(watched.Paths);
    }

    /// <summary>
    /// Looks once; reports a change when two looks in a row saw the same one. A look that saw nothing, for want of descriptors or a disk that fails,
    /// reports none.
    /// </summary>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        if (Signature(_watched.Paths) is not { } now)
            return;
        var atRest = now == _latest;
        _latest = now;
        // What the files were at the start is unknown when the first look failed; then what comes first is not a change.
        _known ??= now;
        if (atRest && now != _known && await _watched.ChangedAsync(cancellationToken))
            _known = now;
    }

    /// <summary>What the files are; null when that cannot be told now.</summary>
    internal static string? Signature(IEnumerable<string> paths)
    {
        try
        {
            return string.Join('\n', paths.Select(Describe));
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static string Describe(string path)
    {
        try
        {
            return Directory.Exists(path)
                ? string.Join('\n', new DirectoryInfo(path).EnumerateFiles().OrderBy(f => f.Name, StringComparer.Ordinal).Select(Describe))
                : Describe(new FileInfo(path));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            // Files come and go while they are replaced, and what may not be read is a state that a reload explains.
            return $"{path} {e.GetType().Name}";
        }
    }

    private static string Describe(FileInfo file)
    {
        var target = file.LinkTarget is null ? file : (FileInfo?)file.ResolveLinkTarget(returnFinalTarget: true) ?? file;
        return target.Exists ? $"{file.FullName} {target.FullName} {target.Length} {target.LastWriteTimeUtc.Ticks}" : $"{file.FullName} missing";
    }
}
