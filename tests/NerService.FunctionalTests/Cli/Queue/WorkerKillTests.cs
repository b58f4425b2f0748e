using System.Text.Json;
using NerService.Batch.Tests;
using NerService.FunctionalTests.Cli.Batch;

namespace NerService.FunctionalTests.Cli.Queue;

/// <summary>
/// Three real workers with the real model on a real queue, killed with SIGKILL at moments drawn by a seed: every document is answered exactly once.
/// </summary>
public sealed class WorkerKillTests(ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Killed_workers_lose_nothing_and_repeat_nothing()
    {
        using var server = await NatsServer.StartAsync();
        var input = _folder.Write("in.jsonl", SampleNews.Jsonl(KillTests.Documents, badEach: 50));
        var started = TimeProvider.System.GetTimestamp();
        using (var local = NerProcess.Start("batch", "--in", input, "--out", _folder["local.jsonl"], "--gazetteer", "off"))
            Assert.Equal(1, (await local.EndAsync()).ExitCode);
        var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        using (
            var submit = NerProcess.Start(
                "queue",
                "submit",
                "--nats",
                server.Url,
                "--in",
                input,
                "--gazetteer",
                "off",
                "--ack-wait",
                "4",
                "--max-tries",
                "1000"
            )
        )
        {
            var (code, _, error) = await submit.EndAsync();
            // Lines that are not documents are told at once.
            Assert.True(code == 1, error);
        }

        using var collect = NerProcess.Start("queue", "collect", "--nats", server.Url, "--out", _folder["out.jsonl"]);
        var random = new Random(3);
        await Task.WhenAll(
            Enumerable
                .Range(0, 3)
                .Select(worker =>
                    WorkAndDieAsync(
                        worker,
                        Enumerable
                            .Range(0, Math.Max(1, KillTests.Kills / 3))
                            .Select(_ => TimeSpan.FromSeconds(seconds * (0.2 + random.NextDouble())))
                            .ToArray()
                    )
                )
        );
        var end = await collect.EndAsync();
        Assert.True(end.ExitCode == 1, end.Error);
        Assert.Equal(
            KillTests.Documents,
            File.ReadLines(_folder["out.jsonl"]).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("id").GetString()).Distinct().Count()
        );
        Assert.Equal(File.ReadAllBytes(_folder["local.jsonl"]), File.ReadAllBytes(_folder["out.jsonl"]));
        Assert.Equal(File.ReadAllBytes(_folder["local.jsonl.errors.jsonl"]), File.ReadAllBytes(_folder["out.jsonl.errors.jsonl"]));

        async Task WorkAndDieAsync(int worker, TimeSpan[] deaths)
        {
            foreach (var death in deaths)
            {
                using var victim = Start();
                output.WriteLine($"worker {worker}: {(await victim.KillAfterAsync(death) ? "killed" : "ended")} after at most {death}");
            }
            using var last = Start();
            var (code, _, error) = await last.EndAsync();
            Assert.True(code == 0, error);
        }

        ChildProcess Start() => NerProcess.Start("worker", "--nats", server.Url, "--gazetteer", "off", "--drain", "--pull", "32", "--threads", "1");
    }
}
