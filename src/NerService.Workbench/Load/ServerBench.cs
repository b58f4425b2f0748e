using System.Diagnostics;
using System.Runtime.CompilerServices;
using NerService.Batch;
using NerService.Client;
using NerService.Contracts.V1;
using NerService.Workbench.Benchmark;

namespace NerService.Workbench.Load;

/// <summary>Measures a server with documents of one length, as the plan says; without a metrics page its counters are not read.</summary>
internal sealed class ServerBench(NerClient client, MetricsPage? metrics, LoadPlan plan, int words, string[] texts)
{
    /// <summary>Callers that keep any server busy.</summary>
    private const int SaturatingCallers = 64;

    private static readonly TimeSpan OverloadDeadline = TimeSpan.FromSeconds(2);

    /// <summary>Everything the plan names, one after the other.</summary>
    /// <param name="session">The bare session on the same documents; needed when the plan compares with it.</param>
    /// <param name="tick">Called after each load.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async IAsyncEnumerable<Measurement> MeasureAsync(
        BareSession? session,
        Action tick,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        foreach (var (kind, load, run) in Loads(cancellationToken))
        {
            var (counts, server) = await CountedAsync(() => run(Generator(plan.Priority, Window(), plan.Deadline)), cancellationToken);
            tick();
            yield return new LoadMeasurement(words, kind, load, counts, server);
        }
        if (plan.BulkStreams is { } bulk)
            yield return await MixedAsync(bulk, tick, cancellationToken);
        if (plan.Overload is { } factor)
            yield return await OverloadAsync(factor, tick, cancellationToken);
        if (session is not null)
            yield return await SaturationAsync(session, tick, cancellationToken);
    }

    private IEnumerable<(string Kind, double Load, Func<LoadGenerator, Task<LoadCounts>> Run)> Loads(CancellationToken cancellationToken)
    {
        foreach (var callers in plan.Callers)
            yield return ("closed", callers, generator => generator.ClosedLoopAsync(callers, cancellationToken));
        foreach (var rate in plan.Rates)
            yield return ("open", rate, generator => generator.OpenLoopAsync(rate, plan.Seed, cancellationToken));
        foreach (var streams in plan.Streams)
            yield return ("streams", streams, generator => generator.StreamsAsync(streams, cancellationToken));
    }

    private async Task<MixedMeasurement> MixedAsync(int streams, Action tick, CancellationToken cancellationToken)
    {
        var alone = new LatencyHistogram();
        // Half of the time before and half after, so that a machine that grows slower or faster meanwhile weighs on both sides.
        var before = await AloneAsync();
        var ((beside, bulk), server) = await CountedAsync(BothAsync, cancellationToken);
        tick();
        var after = await AloneAsync();
        return new MixedMeasurement(
            words,
            streams,
            alone,
            beside.Latencies,
            bulk.DocumentsPerSecond,
            before + after + beside.Failed + bulk.Failed,
            server
        );

        async Task<long> AloneAsync()
        {
            var counts = await Generator(Priority.Interactive, Window() with { Duration = plan.Duration / 2 }, deadline: null)
                .ClosedLoopAsync(1, cancellationToken);
            alone.Add(counts.Latencies);
            tick();
            return counts.Failed;
        }

        async Task<(LoadCounts Beside, LoadCounts Bulk)> BothAsync()
        {
            var window = Window();
            var load = Generator(Priority.Bulk, window, deadline: null).StreamsAsync(streams, cancellationToken);
            var beside = await Generator(Priority.Interactive, window, deadline: null).ClosedLoopAsync(1, cancellationToken);
            return (beside, await load);
        }
    }

    private async Task<OverloadMeasurement> OverloadAsync(double factor, Action tick, CancellationToken cancellationToken)
    {
        var deadline = plan.Deadline ?? OverloadDeadline;
        var before = await CapacityAsync();
        if (before == 0)
            throw new BatchException(
                BatchFailure.ServerRefused,
                $"The server answered nothing within {plan.Duration.TotalSeconds} seconds; there is no capacity to overload (--duration)."
            );
        var (counts, server) = await CountedAsync(
            () => Generator(Priority.Interactive, Window(), deadline).OpenLoopAsync(factor * before, plan.Seed, cancellationToken),
            cancellationToken
        );
        tick();
        return new OverloadMeasurement(words, factor, deadline.TotalSeconds, (before + await CapacityAsync()) / 2, counts, server);

        async Task<double> CapacityAsync()
        {
            var counts = await SaturateAsync(cancellationToken);
            tick();
            return counts.DocumentsPerSecond;
        }
    }

    /// <summary>The session runs before and after the load, not beside it: client, server and session share the machine.</summary>
    private async Task<SaturationMeasurement> SaturationAsync(BareSession session, Action tick, CancellationToken cancellationToken)
    {
        session.Run();
        var before = SessionSubwordsPerSecond(session);
        tick();
        var (counts, server) = await CountedAsync(() => SaturateAsync(cancellationToken), cancellationToken);
        tick();
        var after = SessionSubwordsPerSecond(session);
        tick();
        return new SaturationMeasurement(words, before, after, counts, server);
    }

    private double SessionSubwordsPerSecond(BareSession session)
    {
        var started = Stopwatch.GetTimestamp();
        var runs = 0;
        for (; runs == 0 || Stopwatch.GetElapsedTime(started) < plan.Duration / 2; runs++)
            session.Run();
        return runs * (double)session.Subwords / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>Runs a load between two readings of the server's counters.</summary>
    private async Task<(T Result, ServerCounters? Server)> CountedAsync<T>(Func<Task<T>> run, CancellationToken cancellationToken)
    {
        if (metrics is null)
            return (await run(), null);
        var before = await metrics.ReadAsync(cancellationToken);
        var result = await run();
        return (result, await metrics.ReadAsync(cancellationToken) - before);
    }

    private Task<LoadCounts> SaturateAsync(CancellationToken cancellationToken) =>
        Generator(Priority.Interactive, Window(), deadline: null).ClosedLoopAsync(SaturatingCallers, cancellationToken);

    private LoadWindow Window() => new(plan.Warmup, plan.Duration, TimeProvider.System);

    private LoadGenerator Generator(Priority priority, LoadWindow window, TimeSpan? deadline) =>
        new(client, new DocumentPool(texts, priority), window, deadline);
}
