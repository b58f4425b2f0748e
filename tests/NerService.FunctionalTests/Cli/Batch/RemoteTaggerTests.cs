using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NerService.Batch;
using NerService.Batch.Tagging;
using NerService.Batch.Tests;
using NerService.Client;
using NerService.Contracts.V1;
using NerService.Protocol.Errors;
using Stub = NerService.Contracts.V1.NerService;

namespace NerService.FunctionalTests.Cli.Batch;

/// <summary>Jobs over a server's stream that breaks in every way a stream can.</summary>
public sealed class RemoteTaggerTests : IDisposable
{
    private const string TooLarge = "Received message exceeds the maximum configured message size.";

    private static readonly RetryOptions Quick = new() { Attempts = 4, FirstDelay = TimeSpan.FromTicks(1) };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_job_over_a_server_writes_what_a_local_one_does()
    {
        var service = new Script();
        await using var server = await ServeAsync(service);
        await SameAsLocalAsync(server);
        Assert.Equal(1, service.Streams);
        Assert.True(service.AllBulk);
        Assert.Equal(("fake@1", "names1"), service.HeldTo);
    }

    [Fact]
    public async Task A_stream_that_breaks_is_opened_again_and_what_was_not_answered_is_sent_again()
    {
        // Every stream but the last ends in the middle of things.
        var service = new Script { BreakAfter = stream => stream < 5 ? 17 : int.MaxValue };
        await using var server = await ServeAsync(service);
        await SameAsLocalAsync(server);
        Assert.Equal(5, service.Streams);
    }

    [Fact]
    public async Task A_document_refused_for_want_of_room_is_sent_again()
    {
        var refused = new HashSet<string>(StringComparer.Ordinal);
        var service = new Script { Refuse = text => refused.Add(text) ? ErrorTable.Make(ErrorReason.CallerLimit, "later", TimeSpan.Zero) : null };
        await using var server = await ServeAsync(service);
        await SameAsLocalAsync(server);
        Assert.NotEmpty(refused);
    }

    [Theory]
    [InlineData(ErrorReason.QueueFull)]
    [InlineData(ErrorReason.ModelLoading)]
    public async Task A_reason_that_passes_is_tried_again(ErrorReason reason)
    {
        var refused = new HashSet<string>(StringComparer.Ordinal);
        var service = new Script { Refuse = text => refused.Add(text) ? ErrorTable.Make(reason, "not now", TimeSpan.Zero) : null };
        await using var server = await ServeAsync(service);
        await SameAsLocalAsync(server);
        Assert.NotEmpty(refused);
    }

    [Fact]
    public async Task A_limit_that_a_document_meets_each_time_is_its_error_at_once()
    {
        // What gRPC's own implementation says, without a reason and without a time to come again.
        var asked = 0;
        var service = new Script { Refuse = text => text == "سم" && ++asked > 0 ? Exhausted(TooLarge) : null };
        await using var server = await ServeAsync(service);
        await using var tagger = Connect(server);
        var totals = await Job.RunAsync(_folder.Write("in.jsonl", "{\"text\":\"سم\"}\n{\"text\":\"غزة\"}\n"), _folder["out"], tagger: tagger);
        Assert.Equal((1, 1, 1), (totals.Documents, totals.Errors, asked));
        Assert.Contains("ResourceExhausted: " + TooLarge, File.ReadAllText(_folder["out.errors.jsonl"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_document_that_ends_its_stream_is_found_and_the_others_are_answered(bool withReason)
    {
        var status = withReason ? ErrorTable.Make(ErrorReason.MessageTooLarge, TooLarge) : Exhausted(TooLarge);
        var service = new Script { EndStream = text => text.Contains("سم", StringComparison.Ordinal) ? status : null };
        await using var server = await ServeAsync(service);
        var lines = File.ReadAllLines(_folder.Write("good.jsonl", SampleNews.Jsonl(60))).ToList();
        await Job.RunAsync(_folder["good.jsonl"], _folder["local"]);
        foreach (var place in (int[])[0, 30, 31, 63])
            lines.Insert(place, "{\"text\":\"سم\"}");
        await using var tagger = Connect(server);
        var totals = await Job.RunAsync(_folder.Write("in.jsonl", string.Join('\n', lines) + "\n"), _folder["out"], tagger: tagger);
        Assert.Equal((60, 4), (totals.Documents, totals.Errors));
        Assert.Equal(File.ReadAllBytes(_folder["local"]), File.ReadAllBytes(_folder["out"]));
        Assert.Equal(4, File.ReadLines(_folder["out.errors.jsonl"]).Count(line => line.Contains(TooLarge, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_refusal_of_the_caller_ends_the_job()
    {
        var service = new Script { EndStream = _ => ErrorTable.Make(ErrorReason.ApiKeyInvalid, "no such key") };
        await using var server = await ServeAsync(service);
        await using var tagger = Connect(server);
        var error = await Assert.ThrowsAsync<BatchException>(() =>
            Job.RunAsync(_folder.Write("in.jsonl", SampleNews.Jsonl(5)), _folder["out"], tagger: tagger)
        );
        Assert.Equal(BatchFailure.ServerRefused, error.Failure);
        Assert.Contains("The server refused (API_KEY_INVALID): no such key", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, service.Streams);
    }

    [Fact]
    public async Task A_document_larger_than_the_servers_messages_is_not_sent()
    {
        var service = new Script { MaxMessageBytes = 2000 };
        await using var server = await ServeAsync(service);
        await using var tagger = Connect(server);
        var totals = await Job.RunAsync(
            _folder.Write("in.jsonl", $"{{\"text\":\"{new string('غ', 1000)}\"}}\n{{\"text\":\"غزة\"}}\n"),
            _folder["out"],
            tagger: tagger
        );
        Assert.Equal((1, 1), (totals.Documents, totals.Errors));
        Assert.Matches("As a message the document has 20[0-9][0-9] bytes; the server takes 2000", File.ReadAllText(_folder["out.errors.jsonl"]));
        Assert.Equal(1, service.Asked);
    }

    [Fact]
    public async Task A_server_that_ends_every_stream_without_a_word_ends_the_job()
    {
        var service = new Script { LeaveAfter = 3 };
        await using var server = await ServeAsync(service);
        await SameAsLocalAsync(server);
        await using var silent = await ServeAsync(new Script { LeaveAfter = 0 });
        await using var tagger = Connect(silent);
        var error = await Assert.ThrowsAsync<BatchException>(() => Job.RunAsync(_folder["in.jsonl"], _folder["out"], tagger: tagger));
        Assert.Contains("tried 4 times", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_document_refused_for_good_is_an_error_of_its_own()
    {
        var service = new Script
        {
            Refuse = text =>
                text.Contains("سم", StringComparison.Ordinal)
                    ? new Google.Rpc.Status { Code = (int)Google.Rpc.Code.InvalidArgument, Message = "refused" }
                    : null,
        };
        await using var server = await ServeAsync(service);
        await using var tagger = Connect(server);
        var totals = await Job.RunAsync(_folder.Write("in.jsonl", "{\"text\":\"سم\"}\n{\"text\":\"غزة\"}\n"), _folder["out"], tagger: tagger);
        Assert.Equal((1, 1), (totals.Documents, totals.Errors));
        Assert.Contains("InvalidArgument: refused", File.ReadAllText(_folder["out.errors.jsonl"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_stays_away_ends_the_job_and_one_that_comes_back_goes_on_with_it()
    {
        var input = _folder.Write("in.jsonl", SampleNews.Jsonl(60));
        await Job.RunAsync(input, _folder["whole"]);
        var service = new Script { BreakAfter = stream => stream == 1 ? 33 : 0 };
        await using (var server = await ServeAsync(service))
        {
            await using var tagger = Connect(server);
            var error = await Assert.ThrowsAsync<BatchException>(() => Job.RunAsync(input, _folder["out"], tagger: tagger));
            Assert.Equal(BatchFailure.ServerRefused, error.Failure);
            Assert.Contains("tried 4 times", error.Message, StringComparison.Ordinal);
        }
        await using var back = await ServeAsync(new Script());
        await using (var tagger = Connect(back))
            await Job.RunAsync(input, _folder["out"], tagger: tagger);
        Assert.Equal(File.ReadAllBytes(_folder["whole"]), File.ReadAllBytes(_folder["out"]));
    }

    [Fact]
    public async Task A_server_that_changes_its_model_in_the_middle_is_noticed()
    {
        await using var server = await ServeAsync(new Script { Version = asked => asked < 25 ? "1" : "2" });
        await using var tagger = Connect(server);
        var error = await Assert.ThrowsAsync<BatchException>(() =>
            Job.RunAsync(_folder.Write("in.jsonl", SampleNews.Jsonl(60)), _folder["out"], tagger: tagger)
        );
        Assert.Equal(BatchFailure.CheckpointMismatch, error.Failure);
        Assert.Contains("fake@2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_refuses_for_its_new_model_ends_the_job_and_says_which()
    {
        var service = new Script
        {
            Refuse = text =>
                text == "غزة"
                    ? ErrorTable.Make(ErrorReason.ModelVersionMismatch, "The model 'fake@1' was asked for, and 'fake@2' is serving.")
                    : null,
        };
        await using var server = await ServeAsync(service);
        await using var tagger = Connect(server);
        var input = _folder.Write("in.jsonl", SampleNews.Jsonl(5) + "{\"text\":\"غزة\"}\n");
        var error = await Assert.ThrowsAsync<BatchException>(() => Job.RunAsync(input, _folder["out"], tagger: tagger));
        Assert.Equal(BatchFailure.CheckpointMismatch, error.Failure);
        Assert.Contains("The server changed while the job ran", error.Message, StringComparison.Ordinal);
        Assert.Contains("'fake@2' is serving", error.Message, StringComparison.Ordinal);
    }

    // What proxies say that shed load, and HTTP/2 itself.
    [Theory]
    [InlineData("")]
    [InlineData("rate limited")]
    [InlineData("Too many messages; the quota exceeds 100 a minute")]
    [InlineData("Bandwidth exhausted or memory limit exceeded")]
    public async Task A_proxy_that_sheds_load_is_tried_again(string message)
    {
        var asked = 0;
        var service = new Script { EndStream = _ => Interlocked.Increment(ref asked) <= 3 ? Exhausted(message) : null };
        await using var server = await ServeAsync(service);
        await SameAsLocalAsync(server);
        Assert.Equal(4, service.Streams);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_is_left_alone_for_as_long_as_it_asks_and_then_longer_each_time(bool endsStream)
    {
        var asked = 0;
        var asks = TimeSpan.FromSeconds(40);
        Google.Rpc.Status? Refuse(string text) =>
            text == "غزة" && Interlocked.Increment(ref asked) < 3 ? ErrorTable.Make(ErrorReason.QueueFull, "not now", asks) : null;
        await using var server = await ServeAsync(endsStream ? new Script { EndStream = Refuse } : new Script { Refuse = Refuse });
        var clock = new CountingClock();
        await using var tagger = Connect(server, new RetryOptions { FirstDelay = TimeSpan.FromSeconds(8), Time = clock });
        var waiting = TagAsync(tagger, "غزة");
        for (var refusals = 1; refusals < 3; refusals++)
        {
            await Wait.UntilAsync(() => clock.Waits.Count(wait => wait == asks) == refusals, "the time that the server asks for begins");
            clock.Advance(asks - TimeSpan.FromTicks(1));
            Assert.Equal((refusals, false), (Volatile.Read(ref asked), waiting.IsCompleted));
            var before = Pauses();
            clock.Advance(TimeSpan.FromTicks(1));
            await Wait.UntilAsync(() => Pauses() > before, "a pause of its own begins");
            Assert.Equal((refusals, false), (Volatile.Read(ref asked), waiting.IsCompleted));
            clock.Advance(TimeSpan.FromMinutes(1));
        }
        Assert.NotNull((await waiting).Response);
        Assert.Equal(3, asked);

        // Beside these, a stream waits for more to ask.
        int Pauses() => clock.Waits.Count(wait => wait != asks && wait != RemoteTagger.Idle);
    }

    [Fact]
    public async Task Documents_refused_together_do_not_come_back_together()
    {
        var refused = 0;
        var service = new Script { Refuse = _ => Interlocked.Increment(ref refused) <= 20 ? Exhausted("rate limited") : null };
        await using var server = await ServeAsync(service);
        var clock = new CountingClock();
        await using var tagger = Connect(
            server,
            new RetryOptions
            {
                FirstDelay = TimeSpan.FromSeconds(1000),
                MaxDelay = TimeSpan.FromDays(1),
                Time = clock,
            }
        );
        var answers = Enumerable.Range(0, 20).Select(_ => TagAsync(tagger, "غزة")).ToList();
        // A stream that waits for more to ask does so for seconds.
        await Wait.UntilAsync(() => Pauses().Count() >= 15, "the pauses begin");
        Assert.Equal(Pauses().Count(), Pauses().Distinct().Count());
        var all = Task.WhenAll(answers);
        // Again and again, since the last pauses may begin after the first has passed.
        await Wait.UntilAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromDays(1));
                return all.IsCompleted;
            },
            "all are answered"
        );
        Assert.All(await all, answer => Assert.NotNull(answer.Response));

        IEnumerable<TimeSpan> Pauses() => clock.Waits.Where(wait => wait > TimeSpan.FromSeconds(10));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_question_about_the_server_that_is_given_up_is_an_interruption(bool whilePausing)
    {
        var asked = new TaskCompletionSource();
        var service = new Script
        {
            BeforeInfo = cancelled =>
            {
                asked.TrySetResult();
                return whilePausing ? throw new RpcException(new Status(StatusCode.Unavailable, "not now")) : Task.Delay(Timeout.Infinite, cancelled);
            },
        };
        await using var server = await ServeAsync(service);
        var clock = new CountingClock();
        await using var tagger = Connect(server, new RetryOptions { Time = clock });
        using var interrupt = new CancellationTokenSource();
        var describing = tagger.DescribeAsync(interrupt.Token);
        await asked.Task.WithinLimitAsync();
        if (whilePausing)
            await Wait.UntilAsync(() => clock.Waits.Count == 1, "the pause begins");
        await interrupt.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => describing.WithinLimitAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_document_that_is_given_up_is_an_interruption_and_the_next_is_answered(bool whilePausing)
    {
        var (asked, answer) = (new TaskCompletionSource(), new ManualResetEventSlim());
        var service = new Script
        {
            Refuse = text =>
            {
                if (text != "غزة")
                    return null;
                asked.TrySetResult();
                if (whilePausing)
                    return Exhausted("rate limited");
                answer.Wait(Wait.Limit, TestContext.Current.CancellationToken);
                return null;
            },
        };
        await using var server = await ServeAsync(service);
        var clock = new CountingClock();
        await using var tagger = Connect(
            server,
            new RetryOptions
            {
                FirstDelay = TimeSpan.FromHours(1),
                MaxDelay = TimeSpan.FromHours(9),
                Time = clock,
            }
        );
        using var interrupt = new CancellationTokenSource();
        var tagging = tagger.TagAsync(new Document { Text = "غزة" }, Job.Extract, interrupt.Token);
        await asked.Task.WithinLimitAsync();
        if (whilePausing)
            await Wait.UntilAsync(() => clock.Waits.Any(wait => wait > TimeSpan.FromSeconds(10)), "the pause begins");
        await interrupt.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => tagging.WithinLimitAsync());
        answer.Set();
        Assert.NotNull((await TagAsync(tagger, "بيروت")).Response);
    }

    [Fact]
    public async Task A_stream_with_nothing_to_ask_is_closed_after_a_while_and_the_next_document_opens_another()
    {
        var service = new Script();
        await using var server = await ServeAsync(service);
        var clock = new CountingClock();
        await using var tagger = Connect(server, new RetryOptions { Time = clock });
        Assert.NotNull((await TagAsync(tagger, "غزة")).Response);
        // One wait found the document at once; the other is for the next.
        await Wait.UntilAsync(() => clock.Waits.Count == 2, "the stream waits for more to ask");
        Assert.Equal((1, 0), (service.Streams, service.Ended));
        clock.Advance(clock.Waits[^1]);
        await Wait.UntilAsync(() => service.Ended == 1, "the stream ends");
        Assert.NotNull((await TagAsync(tagger, "بيروت")).Response);
        Assert.Equal(2, service.Streams);
    }

    [Fact]
    public async Task A_server_that_was_given_up_is_asked_anew_for_the_next_document()
    {
        var asked = 0;
        var service = new Script
        {
            EndStream = _ => Interlocked.Increment(ref asked) == 1 ? ErrorTable.Make(ErrorReason.ApiKeyInvalid, "no such key") : null,
        };
        await using var server = await ServeAsync(service);
        await using var tagger = Connect(server, RetryOptions.None);
        var error = await Assert.ThrowsAsync<BatchException>(() => TagAsync(tagger, "غزة"));
        Assert.Contains("API_KEY_INVALID", error.Message, StringComparison.Ordinal);
        Assert.NotNull((await TagAsync(tagger, "غزة")).Response);
    }

    private static Google.Rpc.Status Exhausted(string message) => new() { Code = (int)Google.Rpc.Code.ResourceExhausted, Message = message };

    private static Task<TaggingOutcome> TagAsync(RemoteTagger tagger, string text) =>
        tagger.TagAsync(new Document { Text = text }, Job.Extract, TestContext.Current.CancellationToken).WithinLimitAsync();

    private async Task SameAsLocalAsync(WebApplication server)
    {
        var input = _folder.Write("in.jsonl", SampleNews.Jsonl(120, badEach: 11));
        await Job.RunAsync(input, _folder["local"]);
        await using var tagger = Connect(server);
        await Job.RunAsync(input, _folder["remote"], tagger: tagger);
        Assert.Equal(File.ReadAllBytes(_folder["local"]), File.ReadAllBytes(_folder["remote"]));
    }

    private static RemoteTagger Connect(WebApplication server, RetryOptions? retry = null) =>
        new(NerClient.Connect(new NerClientOptions { Addresses = { new Uri(server.Urls.First()) }, MaxAttempts = 1 }), retry ?? Quick);

    private static async Task<WebApplication> ServeAsync(Script service)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2)
        );
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(service);
        var app = builder.Build();
        app.MapGrpcService<Script>();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }

    /// <summary>A server that answers as the fake tagger does, and misbehaves as it is told.</summary>
    private sealed class Script : Stub.NerServiceBase
    {
        private int _asked;

        /// <summary>Documents that a stream, counted from 1, answers before it breaks.</summary>
        internal Func<int, int> BreakAfter { get; init; } = _ => int.MaxValue;

        internal Func<string, Google.Rpc.Status?> Refuse { get; init; } = _ => null;

        /// <summary>With what a document ends the whole stream.</summary>
        internal Func<string, Google.Rpc.Status?> EndStream { get; init; } = _ => null;

        /// <summary>Documents after which a stream ends as if all were done.</summary>
        internal int LeaveAfter { get; init; } = int.MaxValue;

        internal int MaxMessageBytes { get; init; }

        /// <summary>What happens before the server says what it serves.</summary>
        internal Func<CancellationToken, Task> BeforeInfo { get; init; } = _ => Task.CompletedTask;

        internal int Asked => _asked;

        internal Func<int, string> Version { get; init; } = _ => "1";

        internal int Streams { get; private set; }

        /// <summary>Streams that the client has ended.</summary>
        internal int Ended { get; private set; }

        internal bool AllBulk { get; private set; } = true;

        /// <summary>The model and the gazetteer asked for.</summary>
        internal (string Model, string Gazetteer) HeldTo { get; private set; }

        public override async Task<ServiceInfo> GetServiceInfo(GetServiceInfoRequest request, ServerCallContext context)
        {
            await BeforeInfo(context.CancellationToken);
            return new ServiceInfo
            {
                Model = new ModelInfo
                {
                    Name = "fake",
                    Version = "1",
                    File = "model.onnx",
                    Sha256 = "00",
                },
                Gazetteer = new GazetteerInfo { Version = "names1" },
                Limits = new Limits { MaxMessageBytes = MaxMessageBytes },
            };
        }

        public override async Task StreamExtractEntities(
            IAsyncStreamReader<StreamExtractEntitiesRequest> requestStream,
            IServerStreamWriter<StreamExtractEntitiesResponse> responseStream,
            ServerCallContext context
        )
        {
            var left = BreakAfter(++Streams);
            var answered = 0;
            ExtractionOptions? options = null;
            while (answered < LeaveAfter && left-- > 0 && await requestStream.MoveNext(context.CancellationToken))
            {
                var document = requestStream.Current.Document;
                options ??= requestStream.Current.Options;
                AllBulk &= options.Priority == Priority.Bulk;
                HeldTo = (options.ModelVersion, options.GazetteerVersion);
                var text = document.ContentCase == Document.ContentOneofCase.Text ? document.Text : string.Join(' ', document.TokenizedText.Tokens);
                if (EndStream(text) is { } end)
                    throw new RpcException(
                        new Status((StatusCode)end.Code, end.Message),
                        new Metadata { { "grpc-status-details-bin", end.ToByteArray() } }
                    );
                var answer = Refuse(text) is { } refusal
                    ? new DocumentOutcome { Error = refusal }
                    : new DocumentOutcome { Result = FakeTagger.Answer(document, options) };
                if (answer.Result is { } result)
                    result.ModelVersion = $"fake@{Version(++_asked)}";
                answered++;
                await responseStream.WriteAsync(new StreamExtractEntitiesResponse { Outcome = answer }, context.CancellationToken);
            }
            Ended++;
            if (left < 0)
                throw new RpcException(new Status(StatusCode.Unavailable, "The server is shutting down."));
        }
    }
}
