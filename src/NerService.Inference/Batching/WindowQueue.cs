namespace NerService.Inference.Batching;

/// <summary>A window that waits for its batch.</summary>
/// <param name="Work">Its document.</param>
/// <param name="Window">Index of the window in the document.</param>
/// <param name="EnqueuedAt">Timestamp of the scheduler's clock.</param>
/// <param name="Sequence">Order of arrival over all lanes.</param>
internal readonly record struct QueuedWindow(DocumentWork Work, int Window, long EnqueuedAt, long Sequence);

/// <summary>
/// The waiting windows: one first-in-first-out lane for each priority, output and length bucket. Not thread-safe; the scheduler guards it.
/// </summary>
internal sealed class WindowQueue
{
    private readonly Queue<QueuedWindow>[] _lanes;
    private readonly int _lanesPerPriority;
    private readonly int _buckets;
    private long _sequence;

    internal WindowQueue(int outputs, int buckets)
    {
        _buckets = buckets;
        _lanesPerPriority = outputs * buckets;
        _lanes = new Queue<QueuedWindow>[2 * _lanesPerPriority];
        for (var i = 0; i < _lanes.Length; i++) _lanes[i] = new Queue<QueuedWindow>();
    }

    /// <summary>Windows waiting.</summary>
    internal int Count { get; private set; }

    internal void Enqueue(DocumentWork work, int window, int bucket, long now)
    {
        Lane(work.Priority, work.Output, bucket).Enqueue(new QueuedWindow(work, window, now, _sequence++));
        Count++;
    }

    /// <summary>The lane whose first window has waited longest among one priority's; windows of ended works are dropped on the way.</summary>
    /// <returns>False when the priority has none.</returns>
    internal bool TryFindOldest(WorkPriority priority, out LaneKey lane, out QueuedWindow head)
    {
        (lane, head) = (default, default);
        var found = false;
        for (var i = 0; i < _lanesPerPriority; i++)
        {
            var queue = _lanes[(int)priority * _lanesPerPriority + i];
            while (queue.TryPeek(out var dead) && dead.Work.IsOver) Drop(queue);
            if (!queue.TryPeek(out var first) || found && first.Sequence > head.Sequence) continue;
            (lane, head, found) = (new LaneKey(priority, i / _buckets, i % _buckets), first, true);
        }
        return found;
    }

    /// <summary>Takes windows of one lane, oldest first, skipping those of ended works.</summary>
    internal void Take(LaneKey lane, int count, List<QueuedWindow> batch)
    {
        var queue = Lane(lane.Priority, lane.Output, lane.Bucket);
        while (batch.Count < count && queue.TryDequeue(out var window))
        {
            Count--;
            if (!window.Work.IsOver) batch.Add(window);
        }
    }

    /// <summary>Windows in one lane, those of ended works included.</summary>
    internal int CountIn(LaneKey lane) => Lane(lane.Priority, lane.Output, lane.Bucket).Count;

    /// <summary>Takes everything, for a scheduler that stops.</summary>
    internal IEnumerable<QueuedWindow> Drain()
    {
        foreach (var lane in _lanes)
        {
            while (lane.TryDequeue(out var window))
            {
                Count--;
                yield return window;
            }
        }
    }

    private Queue<QueuedWindow> Lane(WorkPriority priority, int output, int bucket) => _lanes[(int)priority * _lanesPerPriority + output * _buckets + bucket];

    private void Drop(Queue<QueuedWindow> queue)
    {
        queue.Dequeue();
        Count--;
    }
}

/// <summary>Names a lane: windows that may share a batch.</summary>
internal readonly record struct LaneKey(WorkPriority Priority, int Output, int Bucket);
