namespace NerService.Inference.Scheduling;

/// <summary>
/// The waiting windows, shared fairly: self-clocked weighted fair queueing (Golestani, 1994) over flows, each window costing its padded length. Of
/// the flows that have work each gets its share of the model however much the others send; a flow that stays away saves nothing up. Not thread-safe;
/// the scheduler guards it.
/// </summary>
/// <param name="buckets">The padded lengths.</param>
internal sealed class FairQueue(LengthBuckets buckets)
{
    private readonly Dictionary<(string Caller, WorkPriority Priority), Flow> _flows = [];
    private readonly int[] _waitingWindows = new int[2];
    private double _now;
    private long _sequence;

    /// <summary>Every flow with work, and those that had some lately.</summary>
    internal IReadOnlyCollection<Flow> Flows => _flows.Values;

    /// <summary>Windows that no batch has taken.</summary>
    internal int WaitingWindows => _waitingWindows[0] + _waitingWindows[1];

    /// <summary>The line that a work belongs to.</summary>
    internal Flow FlowOf(DocumentWork work)
    {
        var key = (work.Caller, work.Priority);
        if (!_flows.TryGetValue(key, out var flow))
            _flows[key] = flow = new Flow(work.Caller, work.Priority);
        return flow;
    }

    /// <summary>What a window costs: its padded length.</summary>
    internal int TokensOf(DocumentWork work, int window) => buckets.Fit(BatchTensors.LengthOf(work.Document, work.Windows[window].Words));

    /// <summary>Adds a work whose <see cref="DocumentWork.Flow"/> is set; its first window goes in line.</summary>
    internal void Add(DocumentWork work, long now)
    {
        _waitingWindows[(int)work.Priority] += work.Windows.Count;
        work.Flow!.LastArrival = now;
        Enqueue(work, now);
    }

    /// <summary>Takes out an ended work; what of it is in line is skipped when its turn comes.</summary>
    internal void Remove(DocumentWork work)
    {
        _waitingWindows[(int)work.Priority] -= work.Windows.Count - work.NextWindow;
        work.NextWindow = work.Windows.Count;
    }

    /// <summary>
    /// Finds the flow whose turn it is and the window that has waited longest in it, of those that are no longer than their flow may run now.
    /// </summary>
    /// <returns>False when nothing waits that may run.</returns>
    internal bool TryFindNext(Func<Flow, int> maxLength, out Flow flow, out Shape shape, out WaitingWindow window)
    {
        (flow, shape, window) = (null!, default, default);
        var earliest = double.PositiveInfinity;
        foreach (var candidate in _flows.Values)
        {
            if (!candidate.TryPeek(maxLength(candidate), out var its, out var oldest))
                continue;
            var finish = FinishOf(candidate, its);
            if (finish > earliest || finish == earliest && oldest.Sequence > window.Sequence)
                continue;
            (earliest, flow, shape, window) = (finish, candidate, its, oldest);
        }
        return flow is not null;
    }

    /// <summary>Takes windows of one shape and priority, those first whose turn it is; the first is of the flow itself.</summary>
    internal void Take(Flow flow, Shape shape, int count, long now, List<WaitingWindow> batch)
    {
        _now = Math.Max(_now, FinishOf(flow, shape));
        for (var next = flow; next is not null && batch.Count < count; next = NextWith(shape, flow.Priority))
        {
            if (!next.TryTake(shape, out var window))
                continue;
            next.Finish = FinishOf(next, shape);
            batch.Add(window);
            _waitingWindows[(int)flow.Priority]--;
            if (++window.Work.NextWindow < window.Work.Windows.Count)
                Enqueue(window.Work, now);
        }
    }

    /// <summary>How many windows of a shape one of several runs should take, so that each run gets its part.</summary>
    internal int PartOf(Flow flow, int runs) => Math.Max(1, (_waitingWindows[(int)flow.Priority] + runs - 1) / runs);

    /// <summary>Forgets flows that have nothing left, have used up what they were given and are not expected to come again.</summary>
    internal void Forget(Func<Flow, bool> isExpected)
    {
        foreach (var (key, flow) in _flows)
            if (flow.PendingTokens == 0 && (flow.Finish <= _now || WaitingWindows == 0) && !isExpected(flow))
                _flows.Remove(key);
    }

    /// <summary>Takes everything.</summary>
    internal IEnumerable<WaitingWindow> Drain() => _flows.Values.SelectMany(flow => flow.Drain());

    private void Enqueue(DocumentWork work, long now)
    {
        var flow = work.Flow!;
        if (!flow.TryPeek(int.MaxValue, out _, out _))
            flow.Finish = Math.Max(flow.Finish, _now);
        var shape = new Shape(work.Output, TokensOf(work, work.NextWindow));
        flow.Enqueue(shape, new WaitingWindow(work, work.NextWindow, now, _sequence++));
    }

    private Flow? NextWith(Shape shape, WorkPriority priority)
    {
        Flow? next = null;
        foreach (var flow in _flows.Values)
            if (flow.Priority == priority && flow.Holds(shape) && (next is null || FinishOf(flow, shape) < FinishOf(next, shape)))
                next = flow;
        return next;
    }

    /// <summary>The virtual time at which a window's cost would be used up.</summary>
    private static double FinishOf(Flow flow, Shape shape) => flow.Finish + shape.Length / flow.Weight;
}
