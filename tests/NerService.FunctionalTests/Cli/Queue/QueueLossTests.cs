using NerService.Batch;
using NerService.Batch.Output;
using NerService.Batch.Queue;
using NerService.Batch.Tests;

namespace NerService.FunctionalTests.Cli.Queue;

/// <summary>Jobs whose server lost part of them: after a crash, or restored from a copy.</summary>
public sealed class QueueLossTests : QueueTestBase
{
    [Theory]
    [InlineData("documents")]
    [InlineData("results")]
    public async Task What_a_restored_server_lost_is_named_by_worker_and_collector_and_submitted_again(string what)
    {
        using var server = await NatsServer.StartAsync();
        var input = Folder.Write("in.jsonl", SampleNews.Jsonl(30));
        await Job.RunAsync(input, Folder["local"]);
        await SubmitAsync(server, input);
        if (what == "results")
            await WorkAsync(server, new FakeTagger());
        await LoseAsync(server, what);

        foreach (
            var ask in (Func<Task>[])
                [() => WorkAsync(server, new FakeTagger()), () => CollectAsync(server, new OutputOptions { Path = Folder["out"] })]
        )
        {
            var error = await Assert.ThrowsAsync<BatchException>(() => ask().WithinLimitAsync());
            Assert.Equal(BatchFailure.ResultsLost, error.Failure);
            Assert.Contains("has lost 30 documents of job 'test'", error.Message, StringComparison.Ordinal);
            Assert.Contains("Their numbers: 1-30.", error.Message, StringComparison.Ordinal);
        }
        Assert.Equal(new Submission(Documents: 30, Refused: 0, Again: 30), await SubmitAsync(server, input));
        await WorkAsync(server, new FakeTagger());
        await CollectAsync(server, new OutputOptions { Path = Folder["out"] });
        Assert.Equal(File.ReadAllBytes(Folder["local"]), File.ReadAllBytes(Folder["out"]));
    }

    [Fact]
    public async Task Of_answers_lost_in_part_only_those_are_computed_again()
    {
        using var server = await NatsServer.StartAsync();
        var input = Folder.Write("in.jsonl", SampleNews.Jsonl(30));
        await Job.RunAsync(input, Folder["local"]);
        await SubmitAsync(server, input);
        await WorkAsync(server, new FakeTagger());
        foreach (var number in (int[])[3, 7, 8, 9, 30])
            await LoseAsync(server, "results", $"ner.test.results.{number}");
        var error = await Assert.ThrowsAsync<BatchException>(() =>
            CollectAsync(server, new OutputOptions { Path = Folder["out"] }).WithinLimitAsync()
        );
        Assert.Contains("Their numbers: 3, 7-9, 30.", error.Message, StringComparison.Ordinal);
        Assert.Equal(5, (await SubmitAsync(server, input)).Again);
        var asked = 0;
        await WorkAsync(
            server,
            new FakeTagger
            {
                Refuse = _ =>
                {
                    Interlocked.Increment(ref asked);
                    return null;
                },
            }
        );
        Assert.Equal(5, asked);
        await CollectAsync(server, new OutputOptions { Path = Folder["out"] });
        Assert.Equal(File.ReadAllBytes(Folder["local"]), File.ReadAllBytes(Folder["out"]));
    }
}
