using System.Globalization;
using Microsoft.Extensions.Options;
using NerService.Server.Options;

namespace NerService.Server.Ports;

/// <summary>
/// Counts connections from the moment they are accepted, silent ones too, over both ports and every protocol. A few are kept for operators, so that
/// callers who take all of theirs shut out neither metrics nor probes. Thread-safe.
/// </summary>
internal sealed class ConnectionLimit
{
    /// <summary>
    /// Descriptors that connections leave to the process itself, which has about 300 open when it serves and more while it reloads.
    /// </summary>
    internal const int OwnDescriptors = 512;

    /// <summary>Connections kept for the admin port: one in ten, at most so many.</summary>
    private const int MostForAdmin = 8;

    private readonly int _max;
    private readonly int _maxPublic;
    private int _open;

    public ConnectionLimit(IOptions<LimitsOptions> limits, IOptions<EndpointOptions> endpoints, ILogger<ConnectionLimit> logger)
        : this(limits.Value.MaxConnections, Descriptors(), endpoints.Value.AdminEnabled)
    {
        if (limits.Value.MaxConnections > _max)
            logger.LogWarning(
                "At most {Connections} connections are taken at once, not {MaxConnections} ({Section}:{Option}): the system lets this process "
                    + "open no more files (ulimit -n)",
                _max,
                limits.Value.MaxConnections,
                LimitsOptions.Section,
                nameof(LimitsOptions.MaxConnections)
            );
    }

    /// <summary>Creates a limit.</summary>
    /// <param name="maxConnections">Connections open at once; 0: any number.</param>
    /// <param name="descriptors">Files that the process may have open; null when nothing limits them.</param>
    /// <param name="admin">Whether there is an admin port.</param>
    internal ConnectionLimit(int maxConnections, long? descriptors, bool admin)
    {
        var byDescriptors = descriptors is { } most ? (int)Math.Clamp(most - OwnDescriptors, 1, int.MaxValue) : int.MaxValue;
        _max = Math.Min(maxConnections == 0 ? int.MaxValue : maxConnections, byDescriptors);
        _maxPublic = admin ? _max - Math.Min(MostForAdmin, _max / 10) : _max;
    }

    /// <summary>Connections that are open.</summary>
    internal int Open => Volatile.Read(ref _open);

    /// <summary>Takes a place; false when there is none. Every place taken is given back by <see cref="Leave"/>.</summary>
    internal bool TryEnter(EndpointRole role)
    {
        var max = role == EndpointRole.Admin ? _max : _maxPublic;
        // Never more than there are, not even for a moment: a crowd of callers that are turned away may not turn operators away.
        for (var open = Open; open < max; )
        {
            var seen = Interlocked.CompareExchange(ref _open, open + 1, open);
            if (seen == open)
                return true;
            open = seen;
        }
        return false;
    }

    /// <summary>Gives a place back.</summary>
    internal void Leave() => Interlocked.Decrement(ref _open);

    /// <summary>The soft limit of open files of this process, as Linux tells it; null elsewhere, or when it is unlimited.</summary>
    private static long? Descriptors()
    {
        const string file = "/proc/self/limits",
            row = "Max open files";
        if (!File.Exists(file))
            return null;
        var line = File.ReadLines(file).FirstOrDefault(line => line.StartsWith(row, StringComparison.Ordinal));
        return long.TryParse(
            line?[row.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0],
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var limit
        )
            ? limit
            : null;
    }
}
