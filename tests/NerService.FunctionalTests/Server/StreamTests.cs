using Grpc.Core;
using V1 = NerService.Contracts.V1;

namespace NerService.FunctionalTests.Server;

public sealed class StreamTests(SharedServer shared)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_bad_document_in_the_middle_is_answered_with_its_own_error_and_the_stream_goes_on()
    {
        using var call = shared.Server.Client.StreamExtractEntities(cancellationToken: Cancel);
        var bad = Samples.Text(Samples.News, new V1.ExtractionOptions { MinConfidence = 2 }, "bad");
        foreach (
            var request in new[]
            {
                Samples.Text(Samples.News, id: "first"),
                bad,
                new V1.ExtractEntitiesRequest { Document = new V1.Document { Id = "none" } },
                Samples.Text(Samples.News, id: "last"),
            }
        )
            await call.RequestStream.WriteAsync(Samples.Streamed(request), Cancel);
        await call.RequestStream.CompleteAsync();
        var answers = await call.ResponseStream.OutcomesAsync(Cancel);
        Assert.Equal(["first", "bad", "none", "last"], answers.Select(a => a.DocumentId));
        Assert.NotEmpty(answers[0].Result.Mentions);
        Assert.Equal((int)StatusCode.InvalidArgument, answers[1].Error.Code);
        Assert.Equal("options.min_confidence", answers[1].Error.GetDetail<Google.Rpc.BadRequest>().FieldViolations.Single().Field);
        Assert.Equal("document", answers[2].Error.GetDetail<Google.Rpc.BadRequest>().FieldViolations.Single().Field);
        Assert.Equal(answers[0].Result.Mentions, answers[3].Result.Mentions);
    }

    [Fact]
    public async Task Answers_come_in_the_order_of_the_requests_whatever_their_length()
    {
        using var call = shared.Server.Client.StreamExtractEntities(cancellationToken: Cancel);
        var writing = Task.Run(
            async () =>
            {
                for (var i = 0; i < 200; i++)
                    await call.RequestStream.WriteAsync(Samples.Streamed(i % 40 == 0 ? Samples.Long(8) : Samples.Varied(i), id: $"{i}"), Cancel);
                await call.RequestStream.CompleteAsync();
            },
            Cancel
        );
        var ids = await call.ResponseStream.ReadAllAsync(Cancel).Select(a => a.Outcome.DocumentId).ToListAsync(Cancel);
        await writing.WithinLimitAsync();
        Assert.Equal(Enumerable.Range(0, 200).Select(i => $"{i}"), ids);
    }

    [Fact]
    public async Task Documents_of_a_stream_are_worked_on_together_while_the_first_is_not_answered_yet()
    {
        using var call = shared.Server.Client.StreamExtractEntities(cancellationToken: Cancel);
        // The long one's answer comes first although the short ones behind it are done long before.
        await call.RequestStream.WriteAsync(Samples.Streamed(Samples.Long(60), id: "long"), Cancel);
        for (var i = 0; i < 20; i++)
            await call.RequestStream.WriteAsync(Samples.Streamed(Samples.News, id: $"short {i}"), Cancel);
        await call.RequestStream.CompleteAsync();
        var answers = await call.ResponseStream.OutcomesAsync(Cancel);
        Assert.Equal("long", answers[0].DocumentId);
        Assert.Equal(21, answers.Count);
    }

    [Fact]
    public async Task A_sender_that_never_reads_is_slowed_down_and_loses_nothing()
    {
        await using var server = await RunningServer.ServeAsync();
        using var call = server.Client.StreamExtractEntities(cancellationToken: Cancel);
        var sent = 0;
        var writing = Task.Run(
            async () =>
            {
                for (; sent < 400; sent++)
                    await call.RequestStream.WriteAsync(
                        Samples.Streamed(Samples.Long(4), new V1.ExtractionOptions { Features = { V1.Feature.WordLabels } }, $"{sent}"),
                        Cancel
                    );
                await call.RequestStream.CompleteAsync();
            },
            Cancel
        );
        var answers = await call.ResponseStream.OutcomesAsync(Cancel);
        await writing.WithinLimitAsync();
        Assert.Equal(400, answers.Count);
        Assert.All(answers, a => Assert.Equal(V1.DocumentOutcome.OutcomeOneofCase.Result, a.OutcomeCase));
    }

    [Fact]
    public async Task A_stream_says_once_how_it_is_answered_and_a_document_may_say_it_anew_for_itself()
    {
        var options = new V1.ExtractionOptions
        {
            OffsetUnit = V1.OffsetUnit.Utf8Byte,
            Types_ = { V1.EntityType.Location },
            Gazetteer = new V1.GazetteerOptions
            {
                Entries =
                {
                    new V1.GazetteerEntry
                    {
                        Surface = "زرقونة",
                        Type = V1.EntityType.Location,
                        Id = "own:7",
                    },
                },
                Deny = { "غزة" },
            },
        };
        const string text = "سافر سامح شكري من غزة إلى زرقونة.";
        using var call = shared.Server.Client.StreamExtractEntities(cancellationToken: Cancel);
        // The first message may hold options alone.
        await call.RequestStream.WriteAsync(new V1.StreamExtractEntitiesRequest { Options = options }, Cancel);
        await call.RequestStream.WriteAsync(Samples.Streamed(text, id: "1"), Cancel);
        await call.RequestStream.WriteAsync(Samples.Streamed(text, new V1.ExtractionOptions { Types_ = { V1.EntityType.Person } }, "2"), Cancel);
        await call.RequestStream.WriteAsync(Samples.Streamed(text, id: "3"), Cancel);
        await call.RequestStream.CompleteAsync();
        var outcomes = await call.ResponseStream.OutcomesAsync(Cancel);
        Assert.Equal(["1", "2", "3"], outcomes.Select(outcome => outcome.DocumentId));
        foreach (var outcome in (V1.DocumentOutcome[])[outcomes[0], outcomes[2]])
        {
            Assert.Equal(V1.OffsetUnit.Utf8Byte, outcome.Result.OffsetUnit);
            Assert.Equal(["زرقونة own:7"], outcome.Result.Mentions.Select(mention => $"{mention.Text} {mention.GazetteerId}"));
        }
        Assert.Equal(V1.OffsetUnit.UnicodeCodePoint, outcomes[1].Result.OffsetUnit);
        Assert.Equal(["سامح شكري"], outcomes[1].Result.Mentions.Select(mention => mention.Text));
    }

    [Fact]
    public async Task An_empty_stream_ends_without_an_answer()
    {
        using var call = shared.Server.Client.StreamExtractEntities(cancellationToken: Cancel);
        await call.RequestStream.CompleteAsync();
        Assert.Empty(await call.ResponseStream.OutcomesAsync(Cancel));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }
}
