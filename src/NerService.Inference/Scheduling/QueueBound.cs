namespace NerService.Inference.Scheduling;

/// <summary>
/// How much may wait. A flow is admitted while less of its own waits than the queue has room (dynamic thresholds: Choudhury and Hahne, 1998), so
/// whoever sends much stops at a part of the queue and leaves as much to the next; bulk work has the first half alone. A document longer than that
/// part counts as the part, so what is admitted holds no more than there is, and a flow has at most one such document. Not thread-safe; the scheduler
/// guards it.
/// </summary>
/// <param name="maxPaddedSubwords">Padded subwords that may wait in all.</param>
internal sealed class QueueBound(long maxPaddedSubwords)
{
    private static readonly TimeSpan MinRetry = TimeSpan.FromMilliseconds(50),
        MaxRetry = TimeSpan.FromSeconds(30),
        UnknownRetry = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Share of the time left that the estimated time to the answer may take. Estimates are wrong by some, and in an overload the queue is always as
    /// long as deadlines let it be: with all of the time, about half of what is admitted is answered a moment too late, and the work is lost.
    /// </summary>
    private const double UsableShare = 0.75;

    private long _held;

    /// <summary>Admits a work whose flow and weight are set.</summary>
    /// <param name="work">The work; one that may not be refused only has its weight noted.</param>
    /// <param name="flows">Every flow with work.</param>
    /// <param name="rate">Padded subwords a second; 0 while unknown.</param>
    /// <param name="now">For deadlines.</param>
    /// <exception cref="AdmissionException">There is no room, or the deadline would pass first.</exception>
    internal void Admit(DocumentWork work, IReadOnlyCollection<Flow> flows, double rate, DateTimeOffset now)
    {
        var flow = work.Flow!;
        if (work.MayBeRefused)
        {
            var room = (work.Priority == WorkPriority.Interactive ? maxPaddedSubwords : (maxPaddedSubwords + 1) / 2) - _held;
            if (flow.RefusableTokens >= room)
                throw Full(flow, room, rate);
            CheckDeadline(work, flows, rate, now);
            work.HeldTokens = Math.Min(work.PendingTokens, Math.Max(1, (room - flow.RefusableTokens) / 2));
            flow.RefusableTokens += work.PendingTokens;
            _held += work.HeldTokens;
        }
        flow.PendingTokens += work.PendingTokens;
    }

    /// <summary>Takes what is done of a work off the queue.</summary>
    internal void Release(DocumentWork work, long tokens)
    {
        work.PendingTokens -= tokens;
        work.Flow!.PendingTokens -= tokens;
        if (!work.MayBeRefused)
            return;
        work.Flow.RefusableTokens -= tokens;
        _held -= Math.Max(0, work.HeldTokens - work.PendingTokens);
        work.HeldTokens = Math.Min(work.HeldTokens, work.PendingTokens);
    }

    private static void CheckDeadline(DocumentWork work, IReadOnlyCollection<Flow> flows, double rate, DateTimeOffset now)
    {
        if (work.Deadline - now is not { } left)
            return;
        var needed = EstimateTime(work, flows, rate);
        if (needed <= left * UsableShare)
            return;
        throw new AdmissionException(
            AdmissionFailure.DeadlineUnreachable,
            $"The deadline cannot be met: the answer is estimated to take {needed.TotalMilliseconds:0} ms, the deadline is in "
                + $"{Math.Max(0, left.TotalMilliseconds):0} ms, and {UsableShare:P0} of that are planned with.",
            Clamp(needed - left * UsableShare)
        );
    }

    /// <summary>
    /// How long until a work is done when every flow gets its share: its own flow's tokens, and of each other flow's those that are given out
    /// meanwhile. Nothing for an idle model, whatever the document weighs.
    /// </summary>
    private static TimeSpan EstimateTime(DocumentWork work, IReadOnlyCollection<Flow> flows, double rate)
    {
        var own = (double)(work.Flow!.PendingTokens + work.PendingTokens);
        var (inAll, others) = (own, 0.0);
        foreach (var flow in flows)
        {
            others += flow.PendingTokens;
            if (flow != work.Flow)
                inAll += Math.Min(flow.PendingTokens, own * flow.Weight / work.Flow.Weight);
        }
        return rate <= 0 || others == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(inAll / rate);
    }

    private AdmissionException Full(Flow flow, long room, double rate)
    {
        var retry = rate <= 0 ? UnknownRetry : Clamp(TimeSpan.FromSeconds(flow.RefusableTokens / 2 / rate));
        return new AdmissionException(
            AdmissionFailure.QueueFull,
            $"The queue is full: {flow.RefusableTokens} padded subwords of this caller wait already and there is room for {Math.Max(0, room)} of "
                + $"{maxPaddedSubwords}.",
            retry
        )
        {
            Limit = maxPaddedSubwords,
            Found = flow.RefusableTokens,
        };
    }

    private static TimeSpan Clamp(TimeSpan retry) =>
        retry < MinRetry ? MinRetry
        : retry > MaxRetry ? MaxRetry
        : retry;
}
