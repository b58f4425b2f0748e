using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NerService.Client;
using NerService.Contracts.V1;
using NerService.Extraction.Snapshots;
using NerService.Server.Lifecycle;

namespace NerService.FunctionalTests.Client;

public sealed class NerClientTests(SharedServer shared)
{
    // An emoji of two code points and a flag, vowel marks and a stretched letter: UTF-16 units and code points differ here.
    private const string Text = "👍🏽 التقى سِيرغي لافْروف سامح شكري 🇪🇬 في القـاهرة.";

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Offsets_slice_a_dotnet_string()
    {
        using var client = NerClient.Connect(shared.Server.Url);
        var answer = await client.ExtractEntitiesAsync(Text, cancellationToken: Cancel);
        Assert.Equal(["سِيرغي لافْروف", "سامح شكري", "القـاهرة"], answer.Mentions.Select(e => Text[e.Span.Start..e.Span.End]));
        Assert.Equal(OffsetUnit.Utf16CodeUnit, answer.OffsetUnit);
    }

    [Fact]
    public async Task A_unit_that_is_asked_for_is_kept_and_the_callers_message_is_left_alone()
    {
        using var client = NerClient.Connect(shared.Server.Url);
        var asked = new ExtractEntitiesRequest
        {
            Document = new Document { Text = Text },
            Options = new ExtractionOptions { OffsetUnit = OffsetUnit.Utf8Byte },
        };
        Assert.Equal(OffsetUnit.Utf8Byte, (await client.ExtractEntitiesAsync(asked, Cancel)).OffsetUnit);
        var silent = new ExtractEntitiesRequest { Document = new Document { Text = Text } };
        await client.ExtractEntitiesAsync(silent, Cancel);
        Assert.Null(silent.Options);
    }

    [Fact]
    public async Task Many_texts_are_answered_in_their_order_and_a_bad_one_does_not_end_the_stream()
    {
        using var client = NerClient.Connect(shared.Server.Url);
        var requests = Enumerable
            .Range(0, 50)
            .Select(i => new StreamExtractEntitiesRequest
            {
                Document = new Document { Id = $"{i}", Text = Text },
                Options = i is 0 or 7 ? new ExtractionOptions { MinConfidence = i == 7 ? 9 : 0 } : null,
            });
        var answers = await client.StreamExtractEntitiesAsync(requests.ToAsyncEnumerable(), Cancel).ToListAsync(Cancel);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{i}"), answers.Select(a => a.DocumentId));
        Assert.All(answers, (answer, i) => Assert.Equal(i == 7, answer.OutcomeCase == DocumentOutcome.OutcomeOneofCase.Error));
        Assert.All(answers.Where(a => a.Result is not null), a => Assert.Equal(OffsetUnit.Utf16CodeUnit, a.Result.OffsetUnit));
    }

    [Fact]
    public async Task A_program_gets_the_client_from_its_services()
    {
        await using var services = new ServiceCollection().AddNerClient(options => options.Addresses.Add(shared.Server.Url)).BuildServiceProvider();
        var client = services.GetRequiredService<NerClient>();
        Assert.Same(client, services.GetRequiredService<NerClient>());
        Assert.Equal("arabic-news", (await client.GetServiceInfoAsync(Cancel)).Model.Name);
    }

    [Fact]
    public async Task An_unavailable_server_is_tried_again_and_the_key_is_sent_each_time()
    {
        await using var flaky = await FlakyServer.StartAsync(failures: 2);
        var options = new NerClientOptions { ApiKey = "secret", InitialBackoff = TimeSpan.FromMilliseconds(1) };
        options.Addresses.Add(flaky.Url);
        using var client = NerClient.Connect(options);
        Assert.Equal("answered", (await client.ExtractEntitiesAsync(Text, cancellationToken: Cancel)).DocumentId);
        Assert.Equal(3, flaky.Calls);
        Assert.Equal(["secret"], flaky.Keys);
    }

    [Fact]
    public async Task Retries_end_after_the_attempts_that_were_allowed()
    {
        await using var flaky = await FlakyServer.StartAsync(failures: 100);
        var options = new NerClientOptions { MaxAttempts = 2, InitialBackoff = TimeSpan.FromMilliseconds(1) };
        options.Addresses.Add(flaky.Url);
        using var client = NerClient.Connect(options);
        Assert.Equal(
            StatusCode.Unavailable,
            (await Assert.ThrowsAsync<RpcException>(() => client.ExtractEntitiesAsync(Text, cancellationToken: Cancel))).StatusCode
        );
        Assert.Equal(2, flaky.Calls);
    }

    [Fact]
    public async Task A_call_carries_its_deadline_to_the_server()
    {
        await using var flaky = await FlakyServer.StartAsync(failures: 0);
        var options = new NerClientOptions { Timeout = TimeSpan.FromSeconds(77) };
        options.Addresses.Add(flaky.Url);
        using var client = NerClient.Connect(options);
        await client.ExtractEntitiesAsync(Text, cancellationToken: Cancel);
        Assert.InRange(flaky.Remaining, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(77));
    }

    [Fact]
    public async Task Calls_go_round_several_addresses_and_past_one_that_is_down()
    {
        await using var one = await FlakyServer.StartAsync(failures: 0);
        await using var two = await FlakyServer.StartAsync(failures: 0);
        // A port that nobody else gets and nobody listens at.
        using var down = new Socket(SocketType.Stream, ProtocolType.Tcp);
        down.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var options = new NerClientOptions();
        foreach (var address in (Uri[])[one.Url, two.Url, new($"http://{down.LocalEndPoint}")])
            options.Addresses.Add(address);
        using var client = NerClient.Connect(options);
        var calls = await CallUntilAsync(client, () => one.Calls > 10 && two.Calls > 10);
        Assert.Equal(calls, one.Calls + two.Calls);
    }

    [Fact]
    public async Task A_server_that_says_it_is_draining_gets_no_more_calls_though_it_could_answer()
    {
        await using var one = await RunningServer.ServeAsync();
        await using var two = await RunningServer.ServeAsync();
        using var ofOne = new Counters(one);
        using var ofTwo = new Counters(two);
        var options = new NerClientOptions();
        foreach (var server in (RunningServer[])[one, two])
            options.Addresses.Add(server.Url);
        using var client = NerClient.Connect(options);
        await CallUntilAsync(client, () => ofOne.Received > 0 && ofTwo.Received > 0);
        one.Services.GetRequiredService<ServingState>().Enter(ServingPhase.Draining);
        // The news travels: from some call on all go to the other.
        await Wait.UntilAsync(
            async () =>
            {
                var before = ofOne.Received;
                for (var i = 0; i < 20; i++)
                    await client.ExtractEntitiesAsync(Text, cancellationToken: Cancel);
                return ofOne.Received == before;
            },
            "calls go to the other only"
        );
        var received = ofTwo.Received;
        for (var i = 0; i < 20; i++)
            await client.ExtractEntitiesAsync(Text, cancellationToken: Cancel);
        Assert.Equal(received + 20, ofTwo.Received);
    }

    [Fact]
    public async Task When_none_serves_the_call_fails_with_the_servers_own_words()
    {
        await using var one = await RunningServer.StartAsync(services => services.AddSingleton<SnapshotSource, NeverLoads>());
        await using var two = await RunningServer.StartAsync(services => services.AddSingleton<SnapshotSource, NeverLoads>());
        var options = new NerClientOptions { MaxAttempts = 1 };
        foreach (var server in (RunningServer[])[one, two])
            options.Addresses.Add(server.Url);
        using var client = NerClient.Connect(options);
        for (var i = 0; i < 10; i++)
        {
            var refused = await Assert.ThrowsAsync<RpcException>(() => client.ExtractEntitiesAsync(Text, cancellationToken: Cancel));
            Assert.Equal(StatusCode.Unavailable, refused.StatusCode);
            Assert.Contains("loading", refused.Status.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Several_servers_with_tls_are_each_called_by_their_own_name()
    {
        using var certificate = TestCertificate.ForLoopback(out var pem, out var key);
        await using var one = await RunningServer.ServeTlsAsync(
            $"Security:TlsCertificateFile={pem}",
            $"Security:TlsKeyFile={key}",
            "Reload:Watch=false"
        );
        await using var two = await RunningServer.ServeTlsAsync(
            $"Security:TlsCertificateFile={pem}",
            $"Security:TlsKeyFile={key}",
            "Reload:Watch=false"
        );
        using var ofOne = new Counters(one);
        using var ofTwo = new Counters(two);
        // Trusts this certificate and checks that it is for the name that was called.
        var options = new NerClientOptions
        {
            ConfigureHandler = handler =>
                handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { certificate },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
        };
        foreach (var server in (RunningServer[])[one, two])
            options.Addresses.Add(server.Url);
        using var client = NerClient.Connect(options);
        await CallUntilAsync(client, () => ofOne.Received > 0 && ofTwo.Received > 0);
    }

    [Fact]
    public async Task A_caller_that_stops_reading_ends_the_stream_and_its_own_documents()
    {
        using var client = NerClient.Connect(shared.Server.Url);
        var given = 0;
        IEnumerable<Document> Endless()
        {
            while (true)
            {
                given++;
                yield return new Document { Text = Text };
            }
        }

        await foreach (var answer in client.StreamExtractEntitiesAsync(Endless().ToAsyncEnumerable(), cancellationToken: Cancel))
        {
            Assert.NotNull(answer.Result);
            break;
        }
        var stopped = given;
        await client.ExtractEntitiesAsync(Text, cancellationToken: Cancel);
        Assert.Equal(stopped, given);
    }

    [Fact]
    public async Task A_deadline_that_passes_ends_the_call()
    {
        // The model never loads, and the server is asked again and again until the deadline.
        await using var loading = await FlakyServer.StartAsync(failures: int.MaxValue);
        var options = new NerClientOptions
        {
            Timeout = TimeSpan.FromMilliseconds(300),
            MaxAttempts = 5,
            InitialBackoff = TimeSpan.FromSeconds(20),
            MaxBackoff = TimeSpan.FromSeconds(20),
        };
        options.Addresses.Add(loading.Url);
        using var client = NerClient.Connect(options);
        Assert.Equal(
            StatusCode.DeadlineExceeded,
            (await Assert.ThrowsAsync<RpcException>(() => client.ExtractEntitiesAsync(Text, cancellationToken: Cancel))).StatusCode
        );
    }

    /// <summary>A model that takes for ever to load.</summary>
    private sealed class NeverLoads(IServiceProvider services) : SnapshotSource(services)
    {
        internal override async Task<Snapshot> BuildAsync(CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            throw new InvalidOperationException("Nothing was loaded.");
        }
    }

    /// <summary>Calls until it is so: calls go round the servers once there are connections to all of them.</summary>
    /// <returns>How many calls it took.</returns>
    private static async Task<int> CallUntilAsync(NerClient client, Func<bool> reached)
    {
        var calls = 0;
        await Wait.UntilAsync(
            async () =>
            {
                if (reached())
                    return true;
                await client.ExtractEntitiesAsync(Text, cancellationToken: Cancel);
                calls++;
                return false;
            },
            "the calls reach every server"
        );
        return calls;
    }

    /// <summary>A server that is unavailable a number of times before it answers.</summary>
    private sealed class FlakyServer : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private readonly State _state;

        private FlakyServer(WebApplication app, State state) => (_app, _state) = (app, state);

        internal Uri Url => new(_app.Urls.First());

        internal int Calls => _state.Calls;

        internal IEnumerable<string> Keys => _state.Keys.Distinct();

        internal TimeSpan Remaining => _state.Remaining;

        internal static async Task<FlakyServer> StartAsync(int failures)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
            builder.Services.AddGrpc();
            var state = new State(failures);
            builder.Services.AddSingleton(state);
            var app = builder.Build();
            app.MapGrpcService<Service>();
            await app.StartAsync(Cancel);
            return new FlakyServer(app, state);
        }

        public ValueTask DisposeAsync() => _app.DisposeAsync();

        internal sealed class State(int failures)
        {
            internal int Calls;

            internal System.Collections.Concurrent.ConcurrentQueue<string> Keys { get; } = new();

            internal TimeSpan Remaining { get; set; }

            internal bool Fails => Interlocked.Increment(ref Calls) <= failures;
        }

        internal sealed class Service(State state) : Contracts.V1.NerService.NerServiceBase
        {
            public override Task<ExtractEntitiesResponse> ExtractEntities(ExtractEntitiesRequest request, ServerCallContext context)
            {
                if (context.RequestHeaders.GetValue("x-api-key") is { } key)
                    state.Keys.Enqueue(key);
                state.Remaining =
                    context.Deadline == DateTime.MaxValue ? TimeSpan.MaxValue : context.Deadline - TimeProvider.System.GetUtcNow().UtcDateTime;
                return state.Fails
                    ? throw new RpcException(new Status(StatusCode.Unavailable, "Not now."))
                    : Task.FromResult(new ExtractEntitiesResponse { DocumentId = "answered" });
            }
        }
    }
}
