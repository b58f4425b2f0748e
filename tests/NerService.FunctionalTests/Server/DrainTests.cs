using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.Extensions.DependencyInjection;
using V1 = NerService.Contracts.V1;

namespace NerService.FunctionalTests.Server;

public sealed class DrainTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    /// <summary>A drain of an hour, of which two thirds are the streams' and five sixths the documents'.</summary>
    private static readonly TimeSpan StreamsEndAfter = TimeSpan.FromMinutes(40),
        DocumentsEndAfter = TimeSpan.FromMinutes(50);

    private readonly CountingClock _clock = new();

    [Fact]
    public async Task SIGTERM_in_the_middle_of_200_calls_loses_none()
    {
        // On a busy machine the work takes longer than the default leaves.
        using var server = ServerProcess.Start([.. RunningServer.Shipped, "Shutdown:DrainSeconds=900"]);
        await server.UntilServingAsync();
        using var channel = RunningServer.Connect(server.Url);
        var client = new V1.NerService.NerServiceClient(channel);
        var calls = Enumerable
            .Range(0, 200)
            .Select(i => client.ExtractEntitiesAsync(Samples.Text(Samples.Long(1 + i % 5), id: $"{i}"), cancellationToken: Cancel).ResponseAsync)
            .ToList();
        // All have come and the first answers are there, most are not: the middle.
        await server.UntilReceivedAsync(calls.Count);
        await Task.WhenAny(calls);
        server.Terminate();
        var answers = await Task.WhenAll(calls);
        Assert.Equal(Enumerable.Range(0, 200).Select(i => $"{i}"), answers.Select(a => a.DocumentId));
        await server.ExitedAsync();
        Assert.Equal(0, server.ExitCode);
    }

    [Fact]
    public async Task A_stream_under_way_at_SIGTERM_finishes()
    {
        // On a busy machine the work takes longer than the default leaves.
        using var server = ServerProcess.Start("Shutdown:DrainSeconds=900");
        await server.UntilServingAsync();
        using var channel = RunningServer.Connect(server.Url);
        using var call = new V1.NerService.NerServiceClient(channel).StreamExtractEntities(cancellationToken: Cancel);
        var answers = new List<string>();
        for (var i = 0; i < 60; i++)
        {
            await call.RequestStream.WriteAsync(Samples.Streamed(Samples.News, id: $"{i}"), Cancel);
            if (i == 20)
                server.Terminate();
            if (i >= 10 && await call.ResponseStream.MoveNext(Cancel))
                answers.Add(call.ResponseStream.Current.Outcome.DocumentId);
        }
        await call.RequestStream.CompleteAsync();
        while (await call.ResponseStream.MoveNext(Cancel))
            answers.Add(call.ResponseStream.Current.Outcome.DocumentId);
        Assert.Equal(Enumerable.Range(0, 60).Select(i => $"{i}"), answers);
        await server.ExitedAsync();
        Assert.Equal(0, server.ExitCode);
    }

    [Fact]
    public async Task A_stream_that_would_outlast_the_drain_gets_what_it_sent_answered_and_is_told_to_go_elsewhere()
    {
        await using var server = await ServeAsync();
        using var call = server.Client.StreamExtractEntities(cancellationToken: Cancel);
        for (var i = 0; i < 5; i++)
            await call.RequestStream.WriteAsync(Samples.Streamed(Samples.News, id: $"{i}"), Cancel);
        Assert.True(await call.ResponseStream.MoveNext(Cancel));
        var stopping = await DrainAsync(server, StreamsEndAfter);
        var answered = 1;
        var e = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await call.ResponseStream.MoveNext(Cancel))
                answered++;
        });
        Assert.Equal(5, answered);
        AssertGoElsewhere(e);
        await stopping.WithinLimitAsync();
    }

    [Fact]
    public async Task A_stream_whose_sender_is_always_ready_is_told_to_go_elsewhere_when_what_it_sent_is_answered()
    {
        await using var server = await ServeAsync();
        using var call = server.Client.StreamExtractEntities(cancellationToken: Cancel);
        var writing = Task.Run(
            async () =>
            {
                for (var i = 0; ; i++)
                    await call.RequestStream.WriteAsync(Samples.Streamed("", id: $"{i}"), Cancel);
            },
            Cancel
        );
        var answers = new List<string>();
        for (var i = 0; i < 100; i++)
        {
            Assert.True(await call.ResponseStream.MoveNext(Cancel));
            answers.Add(call.ResponseStream.Current.Outcome.DocumentId);
        }
        var stopping = await DrainAsync(server, StreamsEndAfter);
        var e = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await call.ResponseStream.MoveNext(Cancel))
                answers.Add(call.ResponseStream.Current.Outcome.DocumentId);
        });
        AssertGoElsewhere(e);
        Assert.Equal(Enumerable.Range(0, answers.Count).Select(i => $"{i}"), answers);
        await Assert.ThrowsAnyAsync<Exception>(() => writing.WithinLimitAsync());
        await stopping.WithinLimitAsync();
    }

    [Fact]
    public async Task A_call_that_would_outlast_the_drain_is_told_to_go_elsewhere()
    {
        await using var server = await ServeAsync(RunningServer.Shipped);
        using var counters = new Counters(server);
        var call = server.Client.ExtractEntitiesAsync(Samples.Text(Samples.Long(9_000)), cancellationToken: Cancel).ResponseAsync;
        await Pending.UntilSomeAsync(server);
        var stopping = await DrainAsync(server, DocumentsEndAfter);
        AssertGoElsewhere(await Assert.ThrowsAsync<RpcException>(() => call.WithinLimitAsync()));
        await stopping.WithinLimitAsync();
        Assert.Equal((1, 1), (counters.Received, counters.Completed("refused")));
    }

    /// <summary>A server whose drain takes as long as the clock says, and that waits for readers longer.</summary>
    private async Task<RunningServer> ServeAsync(params string[] options)
    {
        var server = await RunningServer.StartAsync(
            services => services.AddSingleton<TimeProvider>(_clock),
            [.. options, "Shutdown:DrainSeconds=3600", "Limits:MaxUnreadSeconds=86400", "Reload:Watch=false"]
        );
        await server.UntilAsync(HealthCheckResponse.Types.ServingStatus.Serving);
        return server;
    }

    /// <summary>Tells a server to stop and lets some of its drain pass.</summary>
    /// <returns>Ends when it has stopped.</returns>
    private async Task<Task> DrainAsync(RunningServer server, TimeSpan time)
    {
        var stopping = server.StopAsync();
        await Wait.UntilAsync(() => _clock.Waits.Contains(DocumentsEndAfter), "the drain has begun");
        _clock.Advance(time);
        return stopping;
    }

    private static void AssertGoElsewhere(RpcException e)
    {
        Assert.Equal((StatusCode.Unavailable, "SHUTTING_DOWN"), (e.StatusCode, e.GetRpcStatus()!.GetDetail<Google.Rpc.ErrorInfo>()!.Reason));
        Assert.NotNull(e.GetRpcStatus()!.GetDetail<Google.Rpc.RetryInfo>());
    }
}

public sealed class StartTests
{
    [Fact]
    public async Task A_model_that_cannot_be_loaded_is_named_and_ends_the_process_with_an_error_code()
    {
        using var server = ServerProcess.Start("Model:Folder=/nowhere/model");
        await server.ExitedAsync();
        Assert.Equal(3, server.ExitCode);
        Assert.Contains("'/nowhere/model' does not exist", server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_configuration_is_told_line_by_line_and_ends_the_process_with_an_error_code()
    {
        using var server = ServerProcess.Start("Limits:MaxTokens=0", "Limits:MaxTokns=5", "Batching:MaxBatchPaddedSubwords=many", "Speed:Max=1");
        await server.ExitedAsync();
        Assert.Equal(2, server.ExitCode);
        Assert.Contains("Ner:Limits:MaxTokns is not an option", server.Output, StringComparison.Ordinal);
        Assert.Contains("Ner:Speed is not a section", server.Output, StringComparison.Ordinal);
        Assert.Contains("'many' at 'Ner:Batching:MaxBatchPaddedSubwords'", server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_or_certificates_that_cannot_be_used_are_told_in_one_line_and_end_the_process_with_a_code_of_their_own()
    {
        using var file = new TemporaryFile("newsroom=short\n");
        using var keys = ServerProcess.Start($"Security:ApiKeysFile={file.Path}");
        using var certificate = ServerProcess.Start($"Security:TlsCertificateFile={file.Path}", $"Security:TlsKeyFile={file.Path}");
        foreach (var server in new[] { keys, certificate })
        {
            await server.ExitedAsync();
            Assert.Equal(5, server.ExitCode);
            Assert.Single(server.Output.TrimEnd().Split('\n'));
            Assert.Contains(file.Path, server.Output, StringComparison.Ordinal);
        }
        Assert.Contains("entry 1: the key of 'newsroom' has 5 characters", keys.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_told_in_one_line_and_ends_the_process_with_a_code_of_its_own()
    {
        using var taken = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        taken.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        taken.Listen();
        var port = ((System.Net.IPEndPoint)taken.LocalEndPoint!).Port;
        using var server = ServerProcess.Start($"Endpoints:Port={port}");
        await server.ExitedAsync();
        Assert.Equal(4, server.ExitCode);
        Assert.Equal($"127.0.0.1:{port} cannot be listened on (Ner:Endpoints:Address, Port): Address already in use", server.Output.TrimEnd());
    }

    [Fact]
    public async Task What_to_open_is_said_once_for_each_port()
    {
        using var server = ServerProcess.Start();
        await server.UntilServingAsync();
        Assert.Single(System.Text.RegularExpressions.Regex.Matches(server.Output, $":{server.Url.Port}\\b"));
        Assert.Single(System.Text.RegularExpressions.Regex.Matches(server.Output, $":{server.AdminUrl.Port}\\b"));
    }

    [Fact]
    public async Task Check_config_says_what_would_be_served_and_opens_no_port()
    {
        using var taken = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        taken.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        taken.Listen();
        using var server = CheckConfig([.. RunningServer.Shipped, $"Endpoints:Port={((System.Net.IPEndPoint)taken.LocalEndPoint!).Port}"]);
        await server.ExitedAsync();
        Assert.Equal(0, server.ExitCode);
        Assert.Matches(@"^Right: arabic-news@\S+ \(\S+\), gazetteer \S+, would be served\.\s*$", server.Output);
    }

    [Theory]
    [InlineData(2, "Limits:MaxTokens=0", "Ner:Limits:MaxTokens")]
    [InlineData(3, "Model:Folder=/nowhere/model", "'/nowhere/model' does not exist")]
    [InlineData(3, "Gazetteer:Files:0=/nowhere/names.tsv", "/nowhere/names.tsv")]
    [InlineData(5, "Security:ApiKeysFile=/etc/passwd", "/etc/passwd, entry 1: expected name=key")]
    public async Task Check_config_says_what_is_wrong_by_the_code_that_a_start_would_end_with(int code, string option, string answer)
    {
        using var server = CheckConfig(option);
        await server.ExitedAsync();
        Assert.Equal(code, server.ExitCode);
        Assert.Contains(answer, server.Output, StringComparison.Ordinal);
        Assert.Single(server.Output.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("--version", @"^\d+\.\d+\.\d+\s*$")]
    [InlineData("--help", "Exit codes: 0 [\\s\\S]+\\s5 keys or certificates[\\s\\S]+\"MaxBytesInFlight\"")]
    public async Task Help_and_version_answer_and_start_nothing(string argument, string answer)
    {
        var end = await ChildProcess.RunAsync("dotnet", ServerProcess.Program, argument);
        Assert.Equal(0, end.ExitCode);
        Assert.Matches(answer, end.Output);
    }

    private static ServerProcess CheckConfig(params string[] options) =>
        ServerProcess.Start(
            new System.Diagnostics.ProcessStartInfo("dotnet", [ServerProcess.Program, "--check-config"]),
            [.. RunningServer.Small, .. options]
        );
}
