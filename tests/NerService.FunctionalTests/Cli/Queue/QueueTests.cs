using System.Text.Json;
using NerService.Batch;
using NerService.Batch.Output;
using NerService.Batch.Queue;
using NerService.Batch.Tests;

namespace NerService.FunctionalTests.Cli.Queue;

/// <summary>Jobs on a real queue, answered by workers in this process.</summary>
public sealed class QueueTests : QueueTestBase
{
    [Theory]
    [InlineData("out.jsonl")]
    [InlineData("out.conll.gz")]
    [InlineData("out.parquet")]
    public async Task What_is_collected_is_what_a_local_job_writes(string name)
    {
        using var server = await NatsServer.StartAsync();
        var input = Folder.Write("in.jsonl", SampleNews.Jsonl(150, badEach: 20));
        await Job.RunAsync(input, Folder["local-" + name]);
        var output = new OutputOptions { Path = Folder[name], BlockDocuments = 10 };
        await SubmitAsync(server, input, output.Resolved().Format);
        await Task.WhenAll(WorkAsync(server, new FakeTagger()), WorkAsync(server, new FakeTagger()), WorkAsync(server, new FakeTagger()));
        var totals = await CollectAsync(server, output);
        Assert.Equal((150, 7), (totals.Documents, totals.Errors));
        Assert.Equal(File.ReadAllBytes(Folder["local-" + name]), File.ReadAllBytes(Folder[name]));
        Assert.Equal(File.ReadAllBytes(Folder["local-" + name] + ".errors.jsonl"), File.ReadAllBytes(Folder[name] + ".errors.jsonl"));
    }

    [Fact]
    public async Task A_submission_that_is_repeated_adds_nothing_and_another_input_is_refused()
    {
        using var server = await NatsServer.StartAsync();
        var input = Folder.Write("in.jsonl", SampleNews.Jsonl(30));
        await SubmitAsync(server, input);
        await SubmitAsync(server, input);
        await using (var queue = await ConnectAsync(server))
            Assert.Equal(30, await queue.CountAsync(queue.Names.Documents, Token));
        File.AppendAllText(input, SampleNews.Jsonl(1));
        Assert.Contains("input 1", (await Assert.ThrowsAsync<BatchException>(() => SubmitAsync(server, input))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_submission_that_died_goes_on_and_each_document_is_answered_once()
    {
        using var server = await NatsServer.StartAsync();
        var input = Folder.Write("in.jsonl", SampleNews.Jsonl(40));
        await SubmitAsync(server, input);
        // As if it had died before it noted how far it was: everything is sent again, under the same numbers.
        await using (var queue = await ConnectAsync(server))
        {
            var (job, revision) = (await queue.GetJobAsync(Token))!.Value;
            await queue.CreateAsync(TimeSpan.FromSeconds(30), Token);
            await queue.PutJobAsync(job with { Submitted = 0, File = 0, Records = 0, Complete = false }, revision, Token);
        }
        await SubmitAsync(server, input);
        await using (var queue = await ConnectAsync(server))
            Assert.Equal(40, await queue.CountAsync(queue.Names.Documents, Token));
    }

    [Fact]
    public async Task A_document_answered_twice_is_collected_once()
    {
        using var server = await NatsServer.StartAsync();
        await SubmitAsync(server, Folder.Write("in.jsonl", SampleNews.Jsonl(20)));
        await WorkAsync(server, new FakeTagger());
        await using (var queue = await ConnectAsync(server))
        {
            // As a worker does that died between publishing and acknowledging, or whoever got its document.
            var first = await FirstAsync(await queue.ResultsAsync(Token));
            await queue.PublishResultAsync(QueueJson.Read<QueuedResult>(first).Document.Number, first, Token);
            Assert.Equal(20, await queue.CountAsync(queue.Names.Results, Token));
        }
        Assert.Equal(20, (await CollectAsync(server, new OutputOptions { Path = Folder["out"] })).Documents);
        Assert.Equal(
            20,
            File.ReadLines(Folder["out"]).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("id").GetString()).Distinct().Count()
        );
    }

    [Fact]
    public async Task An_empty_job_is_collected_without_any_worker()
    {
        using var server = await NatsServer.StartAsync();
        await SubmitAsync(server, Folder.Write("in.jsonl", ""));
        Assert.Equal(0, (await CollectAsync(server, new OutputOptions { Path = Folder["out"] }).WithinLimitAsync()).Documents);
        Assert.Empty(File.ReadAllBytes(Folder["out"]));
    }
}
