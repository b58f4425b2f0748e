using System.Globalization;

namespace NerService.Server.FunctionalTests;

public sealed class SoakTests
{
    /// <summary>How long: seconds in NER_SOAK_SECONDS (60 in CI, 600 on demand).</summary>
    private const string Variable = "NER_SOAK_SECONDS";

    [Fact]
    public async Task Random_lengths_for_a_long_time_make_no_error_and_no_growth()
    {
        if (!int.TryParse(Environment.GetEnvironmentVariable(Variable), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            Assert.Skip($"{Variable} is not set; 60 is a short soak, 600 a long one.");
        var cancel = TestContext.Current.CancellationToken;
        using var server = ServerProcess.Start();
        await server.UntilServingAsync();
        using var channel = RunningServer.Connect(server.Url);
        var client = new Contracts.V1.NerService.NerServiceClient(channel);
        // A third of the time to reach every shape, then the memory may not grow.
        var calls = await LoadAsync(client, TimeSpan.FromSeconds(seconds / 3.0), cancel);
        var early = server.ResidentBytes;
        calls += await LoadAsync(client, TimeSpan.FromSeconds(seconds * 2 / 3.0), cancel);
        var late = server.ResidentBytes;
        TestContext.Current.SendDiagnosticMessage($"{calls} calls in {seconds} s; {early >> 20} MiB, then {late >> 20} MiB.");
        Assert.True(late <= early * 1.10, $"Resident memory grew from {early >> 20} to {late >> 20} MiB over {calls} calls.");
        server.Terminate();
        await server.ExitedAsync();
        Assert.Equal(0, server.ExitCode);
    }

    private static async Task<int> LoadAsync(Contracts.V1.NerService.NerServiceClient client, TimeSpan duration, CancellationToken cancel)
    {
        using var over = new CancellationTokenSource(duration);
        var words = Samples.News.Split(' ');
        var counts = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(async caller =>
                {
                    var random = new Random(caller);
                    var calls = 0;
                    for (; !over.IsCancellationRequested; calls++)
                    {
                        // Mostly sentences, now and then an article.
                        var length = random.Next(20) == 0 ? random.Next(600) : random.Next(60);
                        var text = string.Join(' ', Enumerable.Range(0, length).Select(_ => words[random.Next(words.Length)]));
                        var answer = await client.ExtractEntitiesAsync(Samples.Text(text), cancellationToken: cancel);
                        Assert.InRange(answer.Statistics.Words, length, length + length);
                    }
                    return calls;
                })
        );
        return counts.Sum();
    }
}
