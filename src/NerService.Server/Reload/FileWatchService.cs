using Microsoft.Extensions.Options;

namespace NerService.Server.Reload;

/// <summary>Something that depends on files.</summary>
internal interface IWatchedFiles
{
    /// <summary>Files, and folders whose files count.</summary>
    IEnumerable<string> Paths { get; }

    /// <summary>The files have changed and been at rest since the last look. Reports its own failures.</summary>
    Task ChangedAsync(CancellationToken cancellationToken);
}

/// <summary>
/// Looks at files at regular intervals. Names, sizes, times and link targets are compared rather than notifications awaited: these reach neither network
/// file systems nor the link swaps by which Kubernetes updates a mounted volume.
/// </summary>
internal sealed class FileWatchService(IEnumerable<IWatchedFiles> watched, IOptions<ReloadOptions> options, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Watch) return;
        var watches = watched.Select(w => new FileWatch(w)).ToList();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.PollSeconds), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            foreach (var watch in watches) await watch.LookAsync(stoppingToken);
    }
}

/// <summary>Notices that files have changed and come to rest.</summary>
internal sealed class FileWatch
{
    private readonly IWatchedFiles _watched;
    private string _known;
    private string _latest;

    internal FileWatch(IWatchedFiles watched)
    {
        _watched = watched;
        _known = _latest = Signature(watched.Paths);
    }

    /// <summary>Looks once; tells of a change when two looks in a row saw the same one.</summary>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        var now = Signature(_watched.Paths);
        var atRest = now == _latest;
        _latest = now;
        if (!atRest || now == _known) return;
        _known = now;
        await _watched.ChangedAsync(cancellationToken);
    }

    internal static string Signature(IEnumerable<string> paths)
    {
        var lines = new List<string>();
        foreach (var path in paths)
        {
            try
            {
                if (Directory.Exists(path)) lines.AddRange(new DirectoryInfo(path).EnumerateFiles().OrderBy(f => f.Name, StringComparer.Ordinal).Select(Describe));
                else lines.Add(Describe(new FileInfo(path)));
            }
            catch (IOException e)
            {
                // Files come and go while they are replaced; the next look sees how it ended.
                lines.Add($"{path} {e.GetType().Name}");
            }
        }
        return string.Join('\n', lines);
    }

    private static string Describe(FileInfo file)
    {
        var target = file.LinkTarget is null ? file : (FileInfo?)file.ResolveLinkTarget(returnFinalTarget: true) ?? file;
        return target.Exists ? $"{file.FullName} {target.FullName} {target.Length} {target.LastWriteTimeUtc.Ticks}" : $"{file.FullName} missing";
    }
}
