using System.Globalization;
using NerService.Contracts.Admin.V1;
using V1 = NerService.Contracts.V1;

namespace NerService.FunctionalTests.Server;

public sealed class SoakTests
{
    /// <summary>How long: seconds in NER_SOAK_SECONDS (60 in CI, 600 on demand).</summary>
    private const string Variable = "NER_SOAK_SECONDS";

    /// <summary>What resident memory may grow by between the second and the ninth tenth of the time.</summary>
    private const double MayGrow = 1.15;

    private static readonly string[] Words = Samples.News.Split(' ');

    [Fact]
    public async Task Calls_streams_batches_and_reloads_for_a_long_time_make_no_error_and_no_growth()
    {
        if (!int.TryParse(Environment.GetEnvironmentVariable(Variable), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            Assert.Skip($"{Variable} is not set; 60 is a short soak, 600 a long one.");
        using var server = ServerProcess.Start(RunningServer.Shipped);
        await server.UntilServingAsync();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var memory = SampleAsync(server, TimeSpan.FromSeconds(seconds), over);
        int[] counts = await Task.WhenAll([
            .. Enumerable.Range(0, 5).Select(caller => CallAsync(server, new Random(caller), over.Token)),
            StreamAsync(server, new Random(5), over.Token),
            BatchAsync(server, new Random(6), over.Token),
            ReloadAsync(server, over.Token),
        ]);
        var samples = await memory;
        // The middle of a tenth: a reload that happens to run holds two models.
        var (early, late) = (Middle(samples, 0.15, 0.25), Middle(samples, 0.85, 0.95));
        TestContext.Current.SendDiagnosticMessage(
            $"{counts[..^1].Sum()} documents and {counts[^1]} reloads in {seconds} s; {early >> 20} MiB, then {late >> 20} MiB, at most "
                + $"{samples.Max() >> 20}."
        );
        Assert.True(late <= early * MayGrow, $"Resident memory grew from {early >> 20} to {late >> 20} MiB.");
        Assert.True(counts.Min() > 0, $"Not everything was done: {string.Join(' ', counts)}.");
        server.Terminate();
        await server.ExitedAsync();
        Assert.Equal(0, server.ExitCode);
    }

    /// <summary>Looks at memory four times a second, and then ends the load.</summary>
    private static async Task<List<long>> SampleAsync(ServerProcess server, TimeSpan duration, CancellationTokenSource over)
    {
        var interval = TimeSpan.FromSeconds(0.25);
        using var timer = new PeriodicTimer(interval);
        var samples = new List<long>();
        while (samples.Count < duration / interval && await timer.WaitForNextTickAsync(over.Token))
            samples.Add(server.ResidentBytes);
        await over.CancelAsync();
        return samples;
    }

    private static long Middle(List<long> samples, double from, double to)
    {
        var part = samples[(int)(from * samples.Count)..(int)(to * samples.Count)];
        part.Sort();
        return part[part.Count / 2];
    }

    private static async Task<int> CallAsync(ServerProcess server, Random random, CancellationToken over)
    {
        using var channel = RunningServer.Connect(server.Url);
        var client = new V1.NerService.NerServiceClient(channel);
        var calls = 0;
        for (; !over.IsCancellationRequested; calls++)
        {
            var length = Length(random);
            var answer = await client.ExtractEntitiesAsync(Samples.Text(Text(random, length)), cancellationToken: CancellationToken.None);
            Assert.InRange(answer.Statistics.Words, length, length + length);
        }
        return calls;
    }

    private static async Task<int> StreamAsync(ServerProcess server, Random random, CancellationToken over)
    {
        using var channel = RunningServer.Connect(server.Url);
        var client = new V1.NerService.NerServiceClient(channel);
        var documents = 0;
        while (!over.IsCancellationRequested)
        {
            using var call = client.StreamExtractEntities(cancellationToken: CancellationToken.None);
            var answers = call.ResponseStream.OutcomesAsync(CancellationToken.None).AsTask();
            var sent = random.Next(1, 40);
            for (var i = 0; i < sent; i++)
                await call.RequestStream.WriteAsync(Samples.Streamed(Text(random, Length(random))), CancellationToken.None);
            await call.RequestStream.CompleteAsync();
            Assert.Equal(sent, (await answers).Count(answer => answer.Result is not null));
            documents += sent;
        }
        return documents;
    }

    private static async Task<int> BatchAsync(ServerProcess server, Random random, CancellationToken over)
    {
        using var channel = RunningServer.Connect(server.Url);
        var client = new V1.NerService.NerServiceClient(channel);
        var documents = 0;
        while (!over.IsCancellationRequested)
        {
            var sent = Enumerable.Range(0, random.Next(1, 20)).Select(_ => new V1.Document { Text = Text(random, Length(random)) });
            var request = new V1.BatchExtractEntitiesRequest { Documents = { sent } };
            var answer = await client.BatchExtractEntitiesAsync(request, cancellationToken: CancellationToken.None);
            Assert.Equal(request.Documents.Count, answer.Outcomes.Count(outcome => outcome.Result is not null));
            documents += request.Documents.Count;
        }
        return documents;
    }

    private static async Task<int> ReloadAsync(ServerProcess server, CancellationToken over)
    {
        using var channel = RunningServer.Connect(server.AdminUrl);
        var client = new ReloadService.ReloadServiceClient(channel);
        var reloads = 0;
        for (; !over.IsCancellationRequested; reloads++)
            await client.ReloadAsync(new ReloadRequest(), cancellationToken: CancellationToken.None);
        return reloads;
    }

    /// <summary>Mostly sentences, now and then an article.</summary>
    private static int Length(Random random) => random.Next(20) == 0 ? random.Next(600) : random.Next(60);

    private static string Text(Random random, int words) =>
        string.Join(' ', Enumerable.Range(0, words).Select(_ => Words[random.Next(Words.Length)]));
}
