using CsCheck;
using Microsoft.Extensions.Time.Testing;
using NerService.Inference.Scheduling;
using NerService.Inference.Tokenization;

namespace NerService.Inference.Tests.Scheduling;

public sealed class BatchSchedulerTests : IDisposable
{
    private const int Begin = 1_000_001,
        End = 1_000_002,
        Pad = 1_000_003;
    private const int Plug = 999;

    private readonly WallClock _time = new();
    private readonly FakeRunner _runner = new();
    private BatchScheduler? _scheduler;

    [Fact]
    public void No_batch_exceeds_the_token_budget_and_a_longer_window_runs_alone() =>
        Gen.Select(Gen.Int[1, Works.MaxLength - 2].Array[1, 40], Gen.Int[8, 200], Gen.Int[1, 3])
            .Sample(
                (lengths, budget, cores) =>
                {
                    using var runner = new FakeRunner();
                    using (var scheduler = Create(runner, new InferenceOptions { MaxBatchPaddedSubwords = budget, Threads = cores }))
                    {
                        var works = lengths.Select((length, i) => Works.Short(i + 1, length)).ToArray();
                        foreach (var work in works)
                            scheduler.Submit(work);
                        var all = Task.WhenAll(works.Select(work => work.Completion));
                        Assert.True(all.Wait(Wait.Limit, TestContext.Current.CancellationToken));
                    }
                    Assert.Equal(lengths.Length, runner.Batches.Sum(batch => batch.Rows.Length));
                    Assert.All(runner.Batches, batch => Assert.True(batch.Rows.Length == 1 || batch.Rows.Length * batch.Length <= budget));
                },
                iter: 50
            );

    [Fact]
    public async Task A_batch_holds_one_padded_length_one_output_and_one_priority()
    {
        var scheduler = await PluggedAsync(new InferenceOptions { MaxBatchPaddedSubwords = 512 });
        var random = new Random(1);
        var works = Enumerable
            .Range(1, 90)
            .Select(i =>
                Works.Short(
                    i,
                    random.Next(1, Works.MaxLength - 1),
                    priority: i % 3 == 0 ? WorkPriority.Bulk : WorkPriority.Interactive,
                    output: i % 2
                )
            )
            .ToArray();
        await RunAllAsync(scheduler, works);

        foreach (var batch in _runner.Batches.Skip(1))
        {
            Assert.All(batch.Rows, row => Assert.Equal(batch.Length, Works.Buckets.Fit(row.Length)));
            Assert.All(batch.Names, name => Assert.Equal(batch.Output, name % 2));
            Assert.Single(batch.Names.Select(name => name % 3 == 0).Distinct());
        }
        Assert.Contains(_runner.Batches, batch => batch.Rows.Length > 1);
    }

    [Fact]
    public async Task A_window_stands_between_its_special_tokens_and_the_rest_is_padding_the_mask_hides()
    {
        var scheduler = await PluggedAsync(new InferenceOptions());
        await RunAllAsync(scheduler, Works.Short(5, 3));
        Assert.Equal([Begin, 5, 5, 5, End], _runner.Batches[^1].Rows[0]);
    }

    [Fact]
    public async Task The_oldest_window_decides_which_length_runs_next()
    {
        var scheduler = await PluggedAsync(new InferenceOptions { MaxBatchPaddedSubwords = 64 });
        await RunAllAsync(scheduler, Works.Short(1, 30), Works.Short(2), Works.Short(3, 30), Works.Short(4));
        Assert.Equal(
            [
                [Plug],
                [1, 3],
                [2, 4],
            ],
            _runner.Batches.Select(batch => batch.Names)
        );
    }

    [Fact]
    public async Task Interactive_work_goes_before_bulk_work_and_bulk_work_still_gets_its_small_share()
    {
        var scheduler = await PluggedAsync(new InferenceOptions { MaxBatchPaddedSubwords = 8 });
        var bulk = Enumerable.Range(1, 2).Select(i => Works.Short(i, priority: WorkPriority.Bulk));
        await RunAllAsync(scheduler, [.. bulk, .. Enumerable.Range(11, 40).Select(i => Works.Short(i))]);
        // One window in seventeen.
        Assert.Equal([16, 33], Order().Index().Where(n => n.Item < 11).Select(n => n.Index));
    }

    [Fact]
    public async Task Callers_take_turns_however_much_one_of_them_sends()
    {
        var scheduler = await PluggedAsync(new InferenceOptions { MaxBatchPaddedSubwords = 8 });
        await RunAllAsync(
            scheduler,
            [.. Enumerable.Range(1, 20).Select(i => Works.Short(i, caller: "a")), Works.Short(101, caller: "b"), Works.Short(102, caller: "b")]
        );
        Assert.Equal([Plug, 1, 101, 2, 102, 3, 4], Order().Take(7));
    }

    [Fact]
    public async Task A_caller_that_stayed_away_has_saved_nothing_up()
    {
        var scheduler = await PluggedAsync(new InferenceOptions { MaxBatchPaddedSubwords = 8 });
        await RunAllAsync(scheduler, [.. Enumerable.Range(1, 10).Select(i => Works.Short(i, caller: "a"))]);
        _runner.Hold();
        scheduler.Submit(Works.Short(Plug, caller: "a"));
        await _runner.WaitUntilHeldAsync();
        await RunAllAsync(
            scheduler,
            [
                .. Enumerable.Range(101, 3).Select(i => Works.Short(i, caller: "b")),
                .. Enumerable.Range(11, 3).Select(i => Works.Short(i, caller: "a")),
            ]
        );
        Assert.Equal([101, 11, 102, 12, 103, 13], Order().Skip(12));
    }

    [Fact]
    public async Task A_batch_takes_windows_of_several_callers()
    {
        var scheduler = await PluggedAsync(new InferenceOptions { MaxBatchPaddedSubwords = 32 });
        await RunAllAsync(
            scheduler,
            Works.Short(1, caller: "a"),
            Works.Short(2, caller: "a"),
            Works.Short(3, caller: "b"),
            Works.Short(4, caller: "c"),
            Works.Short(5, caller: "a")
        );
        Assert.Equal(
            [
                [Plug],
                [1, 3, 4, 2],
                [5],
            ],
            _runner.Batches.Select(batch => batch.Names)
        );
    }

    [Fact]
    public async Task A_long_document_does_not_keep_a_short_one_of_the_same_caller_waiting()
    {
        var scheduler = await PluggedAsync(new InferenceOptions { MaxBatchPaddedSubwords = 8 });
        await RunAllAsync(scheduler, Works.Long(1, windows: 16), Works.Short(2));
        Assert.Equal(18, Order().Count());
        Assert.Equal([Plug, 1, 2, 1], Order().Take(4));
    }

    [Fact]
    public async Task A_document_of_more_windows_than_anybody_waits_for_is_bulk_work_whatever_its_caller_says()
    {
        var scheduler = await PluggedAsync(new InferenceOptions { MaxBatchPaddedSubwords = 8 });
        await RunAllAsync(
            scheduler,
            [Works.Long(1, windows: DocumentWork.MaxInteractiveWindows + 1), .. Enumerable.Range(11, 10).Select(i => Works.Short(i))]
        );
        Assert.Equal([Plug, .. Enumerable.Range(11, 10)], Order().Take(11).Select(name => (int)name));
    }

    [Fact]
    public async Task A_document_that_comes_alone_runs_on_all_cores()
    {
        var scheduler = _scheduler = Create(_runner, new InferenceOptions { Threads = 2 });
        for (var i = 1; i <= 3; i++)
        {
            var work = Works.Short(i);
            scheduler.Submit(work);
            await work.Completion.WithinLimitAsync();
        }
        Assert.Equal([true, true, true], _runner.Batches.Select(batch => batch.OnAllCores));
    }

    [Fact]
    public async Task Documents_that_wait_run_side_by_side_a_core_each_and_divide_what_waits_among_them()
    {
        var scheduler = await PluggedAsync(new InferenceOptions { Threads = 2 });
        DocumentWork[] works = [.. Enumerable.Range(1, 5).Select(i => Works.Short(i))];
        foreach (var work in works)
            scheduler.Submit(work);
        await _runner.StepAsync();
        await _runner.WaitUntilHeldAsync();
        // Which of the two is written down first is left to chance.
        Assert.Equal(
            [
                [1, 2, 3],
                [4, 5],
                [Plug],
            ],
            _runner.Batches.Select(batch => batch.Names).OrderBy(names => names[0])
        );
        Assert.Equal([true, false, false], _runner.Batches.Select(batch => batch.OnAllCores));
        _runner.Release();
        await Task.WhenAll(works.Select(work => work.Completion)).WithinLimitAsync();
    }

    [Fact]
    public async Task The_windows_of_a_document_that_comes_alone_run_side_by_side()
    {
        _scheduler = Create(_runner, new InferenceOptions { MaxBatchPaddedSubwords = 8, Threads = 2 });
        _runner.Hold();
        var work = Works.Long(1, windows: 2);
        _scheduler.Submit(work);
        await _runner.WaitUntilHeldAsync();
        await _runner.WaitUntilHeldAsync();
        Assert.Equal([false, false], _runner.Batches.Select(batch => batch.OnAllCores));
        _runner.Release();
        await work.Completion.WithinLimitAsync();
    }

    [Fact]
    public async Task The_last_core_is_left_to_a_caller_that_called_lately()
    {
        var scheduler = await PluggedAsync(new InferenceOptions { MaxBatchPaddedSubwords = 64, Threads = 2 }, caller: "b");
        var (first, second, theirs) = (Works.Short(1, 40, "a"), Works.Short(2, 40, "a"), Works.Short(101, 2, "b"));
        scheduler.Submit(first);
        scheduler.Submit(second);
        await _runner.StepAsync();
        Assert.Equal([Plug, 1], Order());
        // A core is free, and the second document of a waits nevertheless.
        scheduler.Submit(theirs);
        await _runner.WaitUntilHeldAsync();
        Assert.Equal([Plug, 1, 101], Order());
        _runner.Release();
        await Task.WhenAll(first.Completion, second.Completion, theirs.Completion).WithinLimitAsync();
    }

    [Fact]
    public async Task The_last_core_is_left_by_bulk_work_to_the_same_caller()
    {
        var scheduler = await PluggedAsync(new InferenceOptions { MaxBatchPaddedSubwords = 64, Threads = 2 });
        DocumentWork[] works = [Works.Short(1, 40, priority: WorkPriority.Bulk), Works.Short(2, 40, priority: WorkPriority.Bulk), Works.Short(3)];
        scheduler.Submit(works[0]);
        scheduler.Submit(works[1]);
        await _runner.StepAsync();
        scheduler.Submit(works[2]);
        await _runner.WaitUntilHeldAsync();
        Assert.Equal([Plug, 1, 3], Order());
        _runner.Release();
        await Task.WhenAll(works.Select(work => work.Completion)).WithinLimitAsync();
    }

    [Fact]
    public async Task The_last_core_is_not_left_to_a_caller_that_stayed_away()
    {
        var scheduler = await PluggedAsync(new InferenceOptions { MaxBatchPaddedSubwords = 64, Threads = 2 }, caller: "b");
        DocumentWork[] works = [Works.Short(1, 40, "a"), Works.Short(2, 40, "a")];
        foreach (var work in works)
            scheduler.Submit(work);
        _time.Advance(BatchScheduler.Presence);
        await _runner.StepAsync();
        await _runner.WaitUntilHeldAsync();
        Assert.Equal([1, 2], Order().Skip(1).Order());
        _runner.Release();
        await Task.WhenAll(works.Select(work => work.Completion)).WithinLimitAsync();
    }

    [Fact]
    public async Task The_last_core_may_run_short_batches_and_is_free_to_a_caller_with_nothing_running()
    {
        var scheduler = await PluggedAsync(new InferenceOptions { MaxBatchPaddedSubwords = 64, Threads = 3 }, caller: "c");
        DocumentWork[] works = [Works.Short(1, 40, "a"), Works.Short(2, 40, "b"), Works.Short(3, 2, "a")];
        foreach (var work in works)
            scheduler.Submit(work);
        await _runner.StepAsync();
        await _runner.WaitUntilHeldAsync();
        await _runner.WaitUntilHeldAsync();
        Assert.Equal([1, 2, 3], Order().Skip(1).Order());
        _runner.Release();
        await Task.WhenAll(works.Select(work => work.Completion)).WithinLimitAsync();
    }

    [Fact]
    public async Task Work_whose_deadline_passed_in_the_queue_is_dropped_before_it_is_run()
    {
        var scheduler = await PluggedAsync(new InferenceOptions());
        var late = Works.Short(1, deadline: _time.GetUtcNow().AddSeconds(1));
        var inTime = Works.Short(2, deadline: _time.GetUtcNow().AddSeconds(10));
        scheduler.Submit(late);
        scheduler.Submit(inTime);
        _time.Advance(TimeSpan.FromSeconds(2));
        _runner.Release();
        await Assert.ThrowsAsync<TimeoutException>(() => late.Completion.WithinLimitAsync());
        await inTime.Completion.WithinLimitAsync();
        Assert.DoesNotContain(1, Order());
        await NothingPendsAsync(scheduler);
    }

    [Fact]
    public async Task A_clock_that_is_set_forward_ends_no_work()
    {
        var scheduler = await PluggedAsync(new InferenceOptions());
        var inTime = Works.Short(1, deadline: _time.GetUtcNow().AddSeconds(10));
        scheduler.Submit(inTime);
        _time.SetForward(TimeSpan.FromHours(1));
        _runner.Release();
        await inTime.Completion.WithinLimitAsync();
        await NothingPendsAsync(scheduler);
    }

    [Fact]
    public async Task Work_whose_caller_has_gone_is_dropped_before_it_is_run()
    {
        var scheduler = await PluggedAsync(new InferenceOptions());
        var abandoned = Works.Short(1);
        scheduler.Submit(abandoned);
        abandoned.TryAbandon(new CancellationToken(canceled: true));
        await RunAllAsync(scheduler, Works.Short(2));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => abandoned.Completion.WithinLimitAsync());
        Assert.DoesNotContain(1, Order());
        await NothingPendsAsync(scheduler);
    }

    [Fact]
    public async Task A_failed_batch_fails_its_documents_and_no_others()
    {
        _runner.Poison = 2;
        var scheduler = await PluggedAsync(new InferenceOptions { MaxBatchPaddedSubwords = 16 });
        DocumentWork[] works = [.. Enumerable.Range(1, 4).Select(i => Works.Short(i))];
        foreach (var work in works)
            scheduler.Submit(work);
        _runner.Release();
        foreach (var work in works[..2])
        {
            var error = await Assert.ThrowsAsync<InferenceException>(() => work.Completion.WithinLimitAsync());
            Assert.Equal("poisoned", error.InnerException!.Message);
        }
        await Task.WhenAll(works[2].Completion, works[3].Completion).WithinLimitAsync();
        await NothingPendsAsync(scheduler);
    }

    [Fact]
    public async Task A_document_that_fails_in_one_window_leaves_the_queue_with_all_of_them()
    {
        _runner.Poison = 7;
        var scheduler = await PluggedAsync(new InferenceOptions { MaxBatchPaddedSubwords = 8 });
        var work = Works.Long(1, windows: 10);
        var poisoned = Works.Long(7, windows: 10);
        scheduler.Submit(poisoned);
        scheduler.Submit(work);
        _runner.Release();
        await Assert.ThrowsAsync<InferenceException>(() => poisoned.Completion.WithinLimitAsync());
        await work.Completion.WithinLimitAsync();
        Assert.Single(_runner.Batches, batch => batch.Names[0] == 7);
        await NothingPendsAsync(scheduler);
    }

    [Fact]
    public async Task Pending_tokens_count_padded_windows_and_return_to_zero()
    {
        var scheduler = await PluggedAsync(new InferenceOptions());
        DocumentWork[] works = [Works.Short(1), Works.Short(2, 20), Works.Long(3, windows: 6)];
        foreach (var work in works)
            scheduler.Submit(work);
        // The plug is 8 wide, the first document 8, the second 24, the third six windows of 8.
        Assert.Equal(8 + 8 + 24 + 6 * 8, scheduler.PendingTokens);
        _runner.Release();
        await Task.WhenAll(works.Select(work => work.Completion)).WithinLimitAsync();
        await NothingPendsAsync(scheduler);
    }

    [Fact]
    public async Task A_refused_document_is_not_queued()
    {
        var scheduler = await PluggedAsync(new InferenceOptions { MaxQueuedPaddedSubwords = 16 });
        var admitted = Works.Short(1, refusable: true);
        scheduler.Submit(admitted);
        var refused = Assert.Throws<AdmissionException>(() => scheduler.Submit(Works.Short(2, refusable: true)));
        Assert.Equal(AdmissionFailure.QueueFull, refused.Failure);
        // A document that may not be refused is not, and takes no room.
        DocumentWork[] works = [Works.Short(3), Works.Short(4, caller: "b", refusable: true)];
        await RunAllAsync(scheduler, works);
        await admitted.Completion.WithinLimitAsync();
        Assert.DoesNotContain(2, Order());
        await NothingPendsAsync(scheduler);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Every_word_gets_the_row_of_its_first_subword_from_the_window_that_owns_it(int cores)
    {
        var scheduler = await PluggedAsync(new InferenceOptions { MaxBatchPaddedSubwords = 64, Threads = cores });
        var random = new Random(3);
        var works = Enumerable.Range(0, 30).Select(_ => Works.Varied(random)).ToArray();
        await RunAllAsync(scheduler, works);
        foreach (var work in works)
            for (var word = 0; word < work.Document.WordCount; word++)
                Assert.Equal(work.Document.SubwordsOf(word)[0], work.Logits[word]);
        await NothingPendsAsync(scheduler);
    }

    [Fact]
    public async Task Dispose_lets_the_running_batch_end_and_fails_what_is_queued()
    {
        var scheduler = await PluggedAsync(new InferenceOptions { MaxBatchPaddedSubwords = 8 });
        DocumentWork[] works = [Works.Short(1), Works.Long(2, windows: 10)];
        foreach (var work in works)
            scheduler.Submit(work);
        var disposing = Task.Run(scheduler.Dispose, TestContext.Current.CancellationToken);
        // Once it refuses work it has been told to stop.
        await Wait.UntilAsync(() => Record.Exception(() => scheduler.Submit(Works.Short(3))) is ObjectDisposedException, "work is refused");
        Assert.False(disposing.IsCompleted);
        _runner.Release();
        await disposing.WithinLimitAsync();
        foreach (var work in works)
            await Assert.ThrowsAsync<ObjectDisposedException>(() => work.Completion.WithinLimitAsync());
        Assert.Equal(
            [
                [Plug],
            ],
            _runner.Batches.Select(batch => batch.Names)
        );
        await NothingPendsAsync(scheduler);
    }

    public void Dispose()
    {
        _runner.Release();
        _scheduler?.Dispose();
        _runner.Dispose();
    }

    /// <summary>The documents' names in the order in which their windows ran.</summary>
    private IEnumerable<long> Order() => _runner.Batches.SelectMany(batch => batch.Names);

    /// <summary>A clock whose date somebody may change; the time that passes stays the same.</summary>
    private sealed class WallClock : FakeTimeProvider
    {
        private TimeSpan _forward;

        internal void SetForward(TimeSpan by) => _forward += by;

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _forward;

        public override long GetTimestamp() => base.GetUtcNow().UtcTicks;
    }

    private BatchScheduler Create(FakeRunner runner, InferenceOptions options) =>
        new(runner, Works.Buckets, maxLabels: runner.Labels, new SpecialTokens(Begin, End, Pad), FeatureLayout.None, options, _time);

    /// <summary>
    /// A scheduler whose runner is held on a first document, so that what comes next queues up; of one core where nothing else is said.
    /// </summary>
    private async Task<BatchScheduler> PluggedAsync(InferenceOptions options, string caller = "")
    {
        _scheduler = Create(_runner, options.Threads == 0 ? options with { Threads = 1 } : options);
        _runner.Hold();
        _scheduler.Submit(Works.Short(Plug, caller: caller));
        await _runner.WaitUntilHeldAsync();
        return _scheduler;
    }

    private async Task RunAllAsync(BatchScheduler scheduler, params DocumentWork[] works)
    {
        foreach (var work in works)
            scheduler.Submit(work);
        _runner.Release();
        await Task.WhenAll(works.Select(work => work.Completion)).WithinLimitAsync();
    }

    /// <summary>The weight of an ended work is taken off by a continuation, so it may follow the end by a moment.</summary>
    private static Task NothingPendsAsync(BatchScheduler scheduler) => Wait.UntilAsync(() => scheduler.PendingTokens == 0, "no tokens pend");
}
