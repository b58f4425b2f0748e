using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using V1 = NerService.Contracts.V1;

namespace NerService.Server.FunctionalTests;

public sealed class OverloadMeasurement
{
    /// <summary>Seconds of each phase; unset: not measured.</summary>
    private const string Variable = "NER_MEASURE_OVERLOAD_SECONDS";

    /// <summary>
    /// Prints capacity (closed loop), then goodput and the time to a refusal at three times as many arrivals (open loop). Numbers depend on the machine and on
    /// what else it does, so only what must hold anywhere is asserted: nothing is lost and nothing fails.
    /// </summary>
    [Fact]
    public async Task Goodput_at_three_times_the_capacity()
    {
        if (!int.TryParse(Environment.GetEnvironmentVariable(Variable), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) Assert.Skip($"{Variable} is not set; 20 gives a steady number.");
        var cancel = TestContext.Current.CancellationToken;
        using var server = ServerProcess.Start("Admission:MaxQueuedTokens=4096");
        await server.UntilServingAsync();
        using var channel = RunningServer.Connect(server.Url);
        var client = new V1.NerService.NerServiceClient(channel);
        // Thirty words.
        var request = Samples.Text(string.Join(' ', (Samples.News + " " + Samples.News).Split(' ').Take(30)));

        await ClosedLoopAsync(client, request, TimeSpan.FromSeconds(3), cancel);
        var capacity = await ClosedLoopAsync(client, request, TimeSpan.FromSeconds(seconds), cancel) / (double)seconds;
        var (answered, refused, sent, refusedMs) = await OpenLoopAsync(client, request, 3 * capacity, TimeSpan.FromSeconds(seconds), cancel);
        var sorted = refusedMs.Order().ToArray();
        double Percentile(double p) => sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)(p * sorted.Length))];
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"capacity {capacity:0} documents/s; offered {sent / (double)seconds:0}/s; goodput {answered / (double)seconds:0}/s ({answered / (double)seconds / capacity:0.00} of capacity); refused {refused}, p50 {Percentile(0.5):0.0} ms, p99 {Percentile(0.99):0.0} ms"));
        Assert.Equal(sent, answered + refused);
    }

    private static async Task<int> ClosedLoopAsync(V1.NerService.NerServiceClient client, V1.ExtractRequest request, TimeSpan duration, CancellationToken cancel)
    {
        using var over = new CancellationTokenSource(duration);
        var counts = await Task.WhenAll(Enumerable.Range(0, 32).Select(async _ =>
        {
            var calls = 0;
            for (; !over.IsCancellationRequested; calls++) await client.ExtractAsync(request, cancellationToken: cancel);
            return calls;
        }));
        return counts.Sum();
    }

    private static async Task<(int Answered, int Refused, int Sent, ConcurrentBag<double> RefusedMs)> OpenLoopAsync(
        V1.NerService.NerServiceClient client, V1.ExtractRequest request, double perSecond, TimeSpan duration, CancellationToken cancel)
    {
        var (answered, refused) = (0, 0);
        var refusedMs = new ConcurrentBag<double>();
        var calls = new List<Task>();
        var clock = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (clock.Elapsed < duration && await timer.WaitForNextTickAsync(cancel))
            while (calls.Count < clock.Elapsed.TotalSeconds * perSecond) calls.Add(CallAsync());
        await Task.WhenAll(calls);
        return (answered, refused, calls.Count, refusedMs);

        async Task CallAsync()
        {
            var started = Stopwatch.GetTimestamp();
            try
            {
                await client.ExtractAsync(request, cancellationToken: cancel);
                Interlocked.Increment(ref answered);
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.ResourceExhausted)
            {
                refusedMs.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                Interlocked.Increment(ref refused);
            }
        }
    }
}
