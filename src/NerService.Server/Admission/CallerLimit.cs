using System.Collections.Concurrent;

namespace NerService.Server.Admission;

/// <summary>Calls and streams that each caller has under way. Thread-safe; remembers only callers that have some.</summary>
internal sealed class CallerLimit(int maxConcurrentCalls)
{
    private readonly ConcurrentDictionary<string, int> _underWay = new(StringComparer.Ordinal);

    /// <summary>Takes a place for a caller; false when it has as many as it may. Every place taken is given back by <see cref="Leave"/>.</summary>
    internal bool TryEnter(string caller)
    {
        if (_underWay.AddOrUpdate(caller, 1, (_, calls) => calls + 1) <= maxConcurrentCalls) return true;
        Leave(caller);
        return false;
    }

    /// <summary>Gives a place back.</summary>
    internal void Leave(string caller)
    {
        if (_underWay.AddOrUpdate(caller, 0, (_, calls) => calls - 1) == 0) _underWay.TryRemove(new KeyValuePair<string, int>(caller, 0));
    }
}
