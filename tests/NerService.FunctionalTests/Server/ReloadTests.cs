using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using NerService.Contracts.Admin.V1;
using NerService.Extraction.Snapshots;
using NerService.Server.Lifecycle;
using V1 = NerService.Contracts.V1;

namespace NerService.FunctionalTests.Server;

public sealed class ReloadTests : IDisposable
{
    /// <summary>A short form of <c>tests/attacks/attacks/reloads.mjs</c>, which does fifty where memory is bounded.</summary>
    private const int Reloads = 10;

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task No_request_fails_during_reloads_under_load()
    {
        await using var server = await RunningServer.ServeAsync("Reload:Watch=false");
        using var counters = new Counters(server);
        using var admin = RunningServer.Connect(server.AdminUrl!);
        var reloads = new ReloadService.ReloadServiceClient(admin);
        using var done = new CancellationTokenSource();
        var answered = 0;
        var expected = Samples.WithoutTimings(await server.Client.ExtractEntitiesAsync(Samples.Text(Samples.News), cancellationToken: Cancel));
        var callers = Enumerable
            .Range(0, 6)
            .Select(async _ =>
            {
                for (; !done.IsCancellationRequested; Interlocked.Increment(ref answered))
                    Assert.Equal(
                        expected,
                        Samples.WithoutTimings(await server.Client.ExtractEntitiesAsync(Samples.Text(Samples.News), cancellationToken: Cancel))
                    );
            })
            .ToList();
        for (var i = 0; i < Reloads; i++)
        {
            Assert.Equal(expected.ModelVersion, (await reloads.ReloadAsync(new ReloadRequest(), cancellationToken: Cancel)).ModelVersion);
            var before = Volatile.Read(ref answered);
            await Wait.UntilAsync(
                () => Volatile.Read(ref answered) > before || callers.Exists(caller => caller.IsCompleted),
                "callers are answered between the reloads"
            );
        }
        await done.CancelAsync();
        await Task.WhenAll(callers);
        await counters.UntilNothingIsUnderWayAsync(answered);
        Assert.Equal(Reloads, counters["ner.reloads result=succeeded"]);
        Assert.Equal(0, counters.Completed("failed") + counters.Completed("refused"));
        Assert.True((await InfoAsync(server)).LastReload.Succeeded);
    }

    [Fact]
    public async Task A_bad_new_version_leaves_the_old_one_serving_and_says_why_and_a_good_one_heals_it()
    {
        var gazetteer = _folder["own.tsv"];
        await File.WriteAllTextAsync(gazetteer, "نيروبي\tLOC\town:1\t5\n", Cancel);
        await using var server = await RunningServer.ServeAsync("Reload:Watch=false", $"Gazetteer:Files:0={gazetteer}");
        using var counters = new Counters(server);
        using var admin = RunningServer.Connect(server.AdminUrl!);
        var reloads = new ReloadService.ReloadServiceClient(admin);
        var before = await InfoAsync(server);
        Assert.Null(before.LastReload);
        Assert.Contains("own.tsv", before.Gazetteer.Files);

        // A line without its columns.
        await File.WriteAllTextAsync(gazetteer, "نيروبي\n", Cancel);
        var e = await Assert.ThrowsAsync<RpcException>(async () => await reloads.ReloadAsync(new ReloadRequest(), cancellationToken: Cancel));
        Assert.Equal(StatusCode.FailedPrecondition, e.StatusCode);
        Assert.Contains("own.tsv:1", e.Status.Detail, StringComparison.Ordinal);
        var failed = await InfoAsync(server);
        Assert.False(failed.LastReload.Succeeded);
        Assert.Contains("own.tsv:1", failed.LastReload.Message, StringComparison.Ordinal);
        Assert.True(failed.LastReload.Time.ToDateTimeOffset() > DateTimeOffset.UnixEpoch);
        Assert.Equal(before.Gazetteer, failed.Gazetteer);
        Assert.Equal(1, counters["ner.reloads result=failed"]);
        Assert.Contains("The reload failed", server.Logs, StringComparison.Ordinal);
        Assert.NotEmpty((await server.Client.ExtractEntitiesAsync(Samples.Text(Samples.News), cancellationToken: Cancel)).Mentions);

        // Two names now.
        await File.WriteAllTextAsync(gazetteer, "نيروبي\tLOC\town:1\t5\nمومباسا\tLOC\town:2\t5\n", Cancel);
        var healed = await reloads.ReloadAsync(new ReloadRequest(), cancellationToken: Cancel);
        var after = await InfoAsync(server);
        Assert.True(after.LastReload.Succeeded);
        Assert.Equal(before.Gazetteer.Entries + 1, after.Gazetteer.Entries);
        Assert.Equal(healed.GazetteerVersion, after.Gazetteer.Version);
        Assert.NotEqual(before.Gazetteer.Version, after.Gazetteer.Version);
        Assert.Equal(
            after.Gazetteer.Version,
            (await server.Client.ExtractEntitiesAsync(Samples.Text(Samples.News), cancellationToken: Cancel)).GazetteerVersion
        );
    }

    [Fact]
    public async Task A_changed_file_is_noticed_and_loaded_without_being_asked()
    {
        var gazetteer = _folder["own.tsv"];
        await File.WriteAllTextAsync(gazetteer, "نيروبي\tLOC\town:1\t5\n", Cancel);
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var server = await RunningServer.StartAsync(
            services => services.AddSingleton<TimeProvider>(clock),
            $"Gazetteer:Files:0={gazetteer}"
        );
        await server.UntilAsync(Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus.Serving);
        var before = (await InfoAsync(server)).Gazetteer.Entries;
        await File.WriteAllTextAsync(gazetteer, "نيروبي\tLOC\town:1\t5\nمومباسا\tLOC\town:2\t5\n", Cancel);
        V1.ServiceInfo info = new();
        await Wait.UntilAsync(
            async () =>
            {
                clock.Advance(TimeSpan.FromSeconds(5));
                info = await InfoAsync(server);
                return info.LastReload is not null;
            },
            "the change is noticed"
        );
        Assert.True(info.LastReload.Succeeded, info.LastReload.Message);
        Assert.Equal(before + 1, info.Gazetteer.Entries);
    }

    [Fact]
    public async Task Whatever_loading_throws_is_a_failed_reload_that_keeps_the_old_version_and_says_why()
    {
        FailingSource? source = null;
        await using var server = await RunningServer.StartAsync(
            services => services.AddSingleton<SnapshotSource>(provider => source = ActivatorUtilities.CreateInstance<FailingSource>(provider)),
            "Reload:Watch=false"
        );
        await server.UntilAsync(Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus.Serving);
        using var admin = RunningServer.Connect(server.AdminUrl!);
        var reloads = new ReloadService.ReloadServiceClient(admin);
        foreach (
            var failure in new Exception[]
            {
                new KeyNotFoundException("a null label"),
                new OverflowException("padId"),
                new OperationCanceledException("not by the caller"),
                new InvalidCastException("of /srv/secret/model.json"),
            }
        )
        {
            source!.Failure = failure;
            var e = await Assert.ThrowsAsync<RpcException>(async () => await reloads.ReloadAsync(new ReloadRequest(), cancellationToken: Cancel));
            Assert.Equal(
                (StatusCode.FailedPrecondition, "RELOAD_FAILED"),
                (e.StatusCode, e.GetRpcStatus()!.GetDetail<Google.Rpc.ErrorInfo>()!.Reason)
            );
            Assert.Contains(failure.Message, e.Status.Detail, StringComparison.Ordinal);
            var last = (await InfoAsync(server)).LastReload;
            Assert.False(last.Succeeded);
            Assert.DoesNotContain("/srv", last.Message, StringComparison.Ordinal);
            Assert.NotEmpty((await server.Client.ExtractEntitiesAsync(Samples.Text(Samples.News), cancellationToken: Cancel)).Mentions);
        }
        source!.Failure = null;
        await reloads.ReloadAsync(new ReloadRequest(), cancellationToken: Cancel);
        Assert.True((await InfoAsync(server)).LastReload.Succeeded);
    }

    [Fact]
    public async Task What_changes_while_the_first_version_is_loaded_is_loaded_next()
    {
        var gazetteer = _folder["own.tsv"];
        await File.WriteAllTextAsync(gazetteer, "نيروبي\tLOC\town:1\t5\n", Cancel);
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var looks = new Looks();
        FailingSource? source = null;
        await using var server = await RunningServer.StartAsync(
            services =>
                services
                    .AddSingleton<TimeProvider>(clock)
                    .AddSingleton<IWatchedFiles>(looks)
                    .AddSingleton<SnapshotSource>(provider => source = new FailingSource(provider) { Holds = true }),
            $"Gazetteer:Files:0={gazetteer}"
        );
        // The first load has read the file and is not done.
        await source!.Built.WithinLimitAsync();
        await File.WriteAllTextAsync(gazetteer, "نيروبي\tLOC\town:1\t5\nمومباسا\tLOC\town:2\t5\n", Cancel);
        var before = looks.Count;
        await Wait.UntilAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(5));
                return looks.Count >= before + 4;
            },
            "the files are looked at until they have changed and been at rest"
        );
        source.Release();
        await server.UntilAsync(Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus.Serving);
        await Wait.UntilAsync(
            async () =>
            {
                clock.Advance(TimeSpan.FromSeconds(5));
                return (await InfoAsync(server)).LastReload is { Succeeded: true };
            },
            "the change is loaded"
        );
    }

    [Fact]
    public async Task A_request_under_way_finishes_on_the_model_it_began_with()
    {
        await using var server = await RunningServer.ServeAsync([.. RunningServer.Shipped, "Reload:Watch=false"]);
        using var admin = RunningServer.Connect(server.AdminUrl!);
        using var lease = server.Services.GetRequiredService<SnapshotStore>().Acquire();
        var call = server.Client.ExtractEntitiesAsync(Samples.Text(Samples.Long(120)), cancellationToken: Cancel).ResponseAsync;
        await Pending.UntilSomeAsync(server);
        await new ReloadService.ReloadServiceClient(admin).ReloadAsync(new ReloadRequest(), cancellationToken: Cancel);
        using var after = server.Services.GetRequiredService<SnapshotStore>().Acquire();
        Assert.NotSame(lease.Snapshot, after.Snapshot);
        Assert.Equal(120, (await call).Mentions.Count(e => e.Text == "سامح شكري"));
    }

    [Fact]
    public async Task A_batch_is_answered_by_what_served_when_it_began()
    {
        var gazetteer = _folder["own.tsv"];
        await File.WriteAllTextAsync(gazetteer, "نيروبي\tLOC\town:1\t5\n", Cancel);
        await using var server = await RunningServer.ServeAsync([
            .. RunningServer.Shipped,
            "Reload:Watch=false",
            $"Gazetteer:Files:0={gazetteer}",
            "Admission:MaxDocumentsPerStream=1",
        ]);
        var before = (await InfoAsync(server)).Gazetteer.Version;
        await File.WriteAllTextAsync(gazetteer, "مومباسا\tLOC\town:2\t5\n", Cancel);
        var next = await server.Services.GetRequiredService<SnapshotSource>().BuildAsync(Cancel);
        // One after the other, so that most begin after the swap.
        var documents = Enumerable.Range(0, 10).Select(i => new V1.Document { Id = $"{i}", Text = Samples.Long(40) });
        var batch = server
            .Client.BatchExtractEntitiesAsync(new V1.BatchExtractEntitiesRequest { Documents = { documents } }, cancellationToken: Cancel)
            .ResponseAsync;
        await Pending.UntilSomeAsync(server);
        var retired = server.Services.GetRequiredService<SnapshotStore>().Swap(next);
        Assert.NotEqual(before, (await InfoAsync(server)).Gazetteer.Version);
        Assert.All((await batch).Outcomes, outcome => Assert.Equal(before, outcome.Result.GazetteerVersion));
        // And then nothing holds it any more.
        await retired.WithinLimitAsync();
    }

    [Fact]
    public async Task Reload_is_not_offered_on_the_public_port()
    {
        await using var server = await RunningServer.ServeAsync();
        var e = await Assert.ThrowsAsync<RpcException>(async () =>
            await new ReloadService.ReloadServiceClient(server.Channel).ReloadAsync(new ReloadRequest(), cancellationToken: Cancel)
        );
        Assert.Equal(StatusCode.Unimplemented, e.StatusCode);
    }

    private static async Task<V1.ServiceInfo> InfoAsync(RunningServer server) =>
        await server.Client.GetServiceInfoAsync(new V1.GetServiceInfoRequest(), cancellationToken: Cancel);

    /// <summary>Counts how often files are looked at; those of the server come before it.</summary>
    private sealed class Looks : IWatchedFiles
    {
        private int _count;

        internal int Count => Volatile.Read(ref _count);

        public IEnumerable<string> Paths
        {
            get
            {
                Interlocked.Increment(ref _count);
                return [];
            }
        }

        public Task<bool> ChangedAsync(CancellationToken cancellationToken) => Task.FromResult(true);
    }

    /// <summary>Loads as usual, but for what a test makes of it: a failure, or a first load that is held back when it is done.</summary>
    private sealed class FailingSource(IServiceProvider provider) : SnapshotSource(provider)
    {
        private readonly TaskCompletionSource _built = new(TaskCreationOptions.RunContinuationsAsynchronously),
            _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Exception? Failure { get; set; }

        internal bool Holds { get; init; }

        /// <summary>Ends when the first load has read everything.</summary>
        internal Task Built => _built.Task;

        internal void Release() => _released.TrySetResult();

        internal override async Task<Snapshot> BuildAsync(CancellationToken cancellationToken)
        {
            if (Failure is not null)
                throw Failure;
            var snapshot = await base.BuildAsync(cancellationToken);
            _built.TrySetResult();
            if (Holds)
                await _released.Task.WaitAsync(cancellationToken);
            return snapshot;
        }
    }
}
