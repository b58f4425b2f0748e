namespace NerService.Inference.Scheduling;

/// <summary>Windows that may share a batch: one output of the model, one padded length.</summary>
internal readonly record struct Shape(int Output, int Length);

/// <summary>A window that waits for its batch.</summary>
/// <param name="Work">Its document.</param>
/// <param name="Index">Which of the document's windows.</param>
/// <param name="EnqueuedAt">Timestamp of the scheduler's clock.</param>
/// <param name="Sequence">Order of arrival in the queue.</param>
internal readonly record struct WaitingWindow(DocumentWork Work, int Index, long EnqueuedAt, long Sequence);

/// <summary>
/// One caller's work of one priority: what shares are counted for. Documents take turns, window by window, so a long one does not hold up those
/// after it; each has one window in line at a time. Not thread-safe; the scheduler guards it.
/// </summary>
internal sealed class Flow(string caller, WorkPriority priority)
{
    /// <summary>Interactive work gets so many times what bulk work gets while both wait.</summary>
    private const double InteractiveWeight = 16;

    private readonly Dictionary<Shape, Queue<WaitingWindow>> _lines = [];

    internal string Caller => caller;

    internal WorkPriority Priority => priority;

    /// <summary>Its part of the model, relative to other flows'.</summary>
    internal double Weight { get; } = priority == WorkPriority.Interactive ? InteractiveWeight : 1;

    /// <summary>Virtual time at which what it has been given is used up.</summary>
    internal double Finish { get; set; }

    /// <summary>Padded subwords of its documents that are not done.</summary>
    internal long PendingTokens { get; set; }

    /// <summary>Those of them that a full queue could have refused.</summary>
    internal long RefusableTokens { get; set; }

    /// <summary>Batches under way that were formed for it.</summary>
    internal int Running { get; set; }

    /// <summary>When its latest document came; null before the first.</summary>
    internal long? LastArrival { get; set; }

    /// <summary>Puts a window at the end of the line.</summary>
    internal void Enqueue(Shape shape, WaitingWindow window)
    {
        if (!_lines.TryGetValue(shape, out var line))
            _lines[shape] = line = new Queue<WaitingWindow>();
        line.Enqueue(window);
    }

    /// <summary>The window that has waited longest among those of a length or shorter. Windows of ended works are dropped on the way.</summary>
    /// <returns>False when there is none.</returns>
    internal bool TryPeek(int maxLength, out Shape shape, out WaitingWindow oldest)
    {
        (shape, oldest) = (default, default);
        var found = false;
        foreach (var (candidate, line) in _lines)
        {
            if (candidate.Length > maxLength || !TryPeek(line, out var first) || found && first.Sequence > oldest.Sequence)
                continue;
            (shape, oldest, found) = (candidate, first, true);
        }
        return found;
    }

    /// <summary>Takes the window of a shape that has waited longest.</summary>
    /// <returns>False when there is none.</returns>
    internal bool TryTake(Shape shape, out WaitingWindow oldest)
    {
        oldest = default;
        return _lines.TryGetValue(shape, out var line) && TryPeek(line, out oldest) && line.TryDequeue(out _);
    }

    /// <summary>Whether a window of a shape waits.</summary>
    internal bool Holds(Shape shape) => _lines.TryGetValue(shape, out var line) && TryPeek(line, out _);

    /// <summary>Takes everything.</summary>
    internal IEnumerable<WaitingWindow> Drain()
    {
        foreach (var line in _lines.Values)
            while (line.TryDequeue(out var window))
                yield return window;
    }

    private static bool TryPeek(Queue<WaitingWindow> line, out WaitingWindow first)
    {
        while (line.TryPeek(out first))
        {
            if (!first.Work.IsOver)
                return true;
            line.Dequeue();
        }
        return false;
    }
}
