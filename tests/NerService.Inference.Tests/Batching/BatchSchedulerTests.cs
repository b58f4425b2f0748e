using CsCheck;
using Microsoft.Extensions.Time.Testing;
using NerService.Inference.Batching;
using NerService.Inference.Tokenization;
using NerService.Inference.Windowing;

namespace NerService.Inference.Tests.Batching;

public sealed class BatchSchedulerTests : IDisposable
{
    private const int Begin = 1_000_001, End = 1_000_002, Pad = 1_000_003, MaxLength = 64;
    private const int Plug = 999;

    private readonly FakeTimeProvider _time = new();
    private readonly FakeRunner _runner = new();
    private BatchScheduler? _scheduler;

    [Fact]
    public void No_batch_exceeds_the_token_budget_and_a_longer_window_runs_alone() =>
        Gen.Select(Gen.Int[1, MaxLength - 2].Array[1, 40], Gen.Int[8, 200]).Sample((lengths, budget) =>
        {
            using var runner = new FakeRunner();
            using (var scheduler = Create(runner, new InferenceOptions { MaxBatchTokens = budget }))
            {
                var works = lengths.Select((length, i) => Work(i + 1, length)).ToArray();
                foreach (var work in works) scheduler.Submit(work);
                Task.WaitAll([.. works.Select(work => work.Completion)], TestContext.Current.CancellationToken);
            }
            Assert.Equal(lengths.Length, runner.Batches.Sum(batch => batch.Rows.Length));
            Assert.All(runner.Batches, batch => Assert.True(batch.Rows.Length == 1 || batch.Rows.Length * batch.Length <= budget));
        }, iter: 50);

    [Fact]
    public async Task A_batch_holds_one_length_bucket_and_one_output()
    {
        var scheduler = await PluggedAsync(new InferenceOptions { MaxBatchTokens = 512 });
        var random = new Random(1);
        var works = Enumerable.Range(1, 60).Select(i => Work(i, random.Next(1, MaxLength - 1), output: i % 2)).ToArray();
        await RunAllAsync(scheduler, works);

        var buckets = new LengthBuckets(MaxLength, MaxLength);
        foreach (var batch in _runner.Batches)
        {
            Assert.All(batch.Rows, row => Assert.Equal(batch.Length, buckets.Length(buckets.IndexOf(row.Length))));
            Assert.All(batch.Names.Where(name => name != Plug), name => Assert.Equal(batch.Output, name % 2));
        }
        Assert.Contains(_runner.Batches, batch => batch.Rows.Length > 1);
    }

    [Fact]
    public async Task A_window_stands_between_its_marks_and_the_rest_is_padding_the_mask_hides()
    {
        var scheduler = await PluggedAsync(new InferenceOptions());
        await RunAllAsync(scheduler, Work(5, 3));
        Assert.Equal([Begin, 5, 5, 5, End], _runner.Batches[^1].Rows[0]);
    }

    [Fact]
    public async Task The_oldest_window_decides_which_bucket_runs_next()
    {
        var scheduler = await PluggedAsync(new InferenceOptions { MaxBatchTokens = 64 });
        await RunAllAsync(scheduler, Work(1, 30), Work(2, 2), Work(3, 30), Work(4, 2));
        Assert.Equal([[Plug], [1, 3], [2, 4]], _runner.Batches.Select(batch => batch.Names));
    }

    [Fact]
    public async Task Interactive_work_goes_before_bulk_work()
    {
        var scheduler = await PluggedAsync(new InferenceOptions { MaxBatchTokens = 8 });
        await RunAllAsync(scheduler, Work(1, 2, WorkPriority.Bulk), Work(2, 2), Work(3, 2, WorkPriority.Bulk), Work(4, 2));
        Assert.Equal([Plug, 2, 4, 1, 3], _runner.Batches.SelectMany(batch => batch.Names));
    }

    [Fact]
    public async Task Bulk_work_that_waited_long_enough_takes_a_turn_and_then_yields_again()
    {
        var scheduler = await PluggedAsync(new InferenceOptions { MaxBatchTokens = 8, MaxBulkWait = TimeSpan.FromSeconds(2) });
        DocumentWork[] works = [Work(1, 2, WorkPriority.Bulk), Work(2, 2, WorkPriority.Bulk), Work(3, 2), Work(4, 2)];
        foreach (var work in works) scheduler.Submit(work);
        _time.Advance(TimeSpan.FromSeconds(2.5));
        _runner.Release();
        await Task.WhenAll(works.Select(work => work.Completion));
        Assert.Equal([Plug, 1, 3, 4, 2], _runner.Batches.SelectMany(batch => batch.Names));
    }

    [Fact]
    public async Task Bulk_batches_are_a_quarter_as_large_until_interactive_work_has_stayed_away_for_as_long_as_bulk_work_yields()
    {
        // The plug that holds the runner is interactive. Eight documents of 8 padded subwords each would fill the budget.
        var scheduler = await PluggedAsync(new InferenceOptions { MaxBatchTokens = 64, MaxBulkWait = TimeSpan.FromSeconds(2) });
        await RunAllAsync(scheduler, [.. Enumerable.Range(1, 8).Select(i => Work(i, 2, WorkPriority.Bulk))]);
        Assert.Equal([[Plug], [1, 2], [3, 4], [5, 6], [7, 8]], _runner.Batches.Select(batch => batch.Names));

        _time.Advance(TimeSpan.FromSeconds(2));
        _runner.Hold();
        scheduler.Submit(Work(10, 2, WorkPriority.Bulk));
        await _runner.WaitUntilHeldAsync();
        await RunAllAsync(scheduler, [.. Enumerable.Range(11, 8).Select(i => Work(i, 2, WorkPriority.Bulk))]);
        Assert.Equal([[10], [11, 12, 13, 14, 15, 16, 17, 18]], _runner.Batches.Skip(5).Select(batch => batch.Names));
    }

    [Fact]
    public async Task Work_whose_deadline_passed_in_the_queue_is_dropped_before_it_is_run()
    {
        var scheduler = await PluggedAsync(new InferenceOptions());
        var late = Work(1, 2, deadline: _time.GetUtcNow().AddSeconds(1));
        var inTime = Work(2, 2, deadline: _time.GetUtcNow().AddSeconds(10));
        scheduler.Submit(late);
        scheduler.Submit(inTime);
        _time.Advance(TimeSpan.FromSeconds(2));
        _runner.Release();
        await Assert.ThrowsAsync<TimeoutException>(() => late.Completion);
        await inTime.Completion;
        Assert.DoesNotContain(1, _runner.Batches.SelectMany(batch => batch.Names));
        AssertNothingPends(scheduler);
    }

    [Fact]
    public async Task Work_whose_caller_has_gone_is_dropped_before_it_is_run()
    {
        var scheduler = await PluggedAsync(new InferenceOptions());
        var abandoned = Work(1, 2);
        scheduler.Submit(abandoned);
        abandoned.TryAbandon(new CancellationToken(canceled: true));
        await RunAllAsync(scheduler, Work(2, 2));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => abandoned.Completion);
        Assert.DoesNotContain(1, _runner.Batches.SelectMany(batch => batch.Names));
        AssertNothingPends(scheduler);
    }

    [Fact]
    public async Task A_failed_batch_fails_its_documents_and_no_others()
    {
        _runner.Poison = 2;
        var scheduler = await PluggedAsync(new InferenceOptions { MaxBatchTokens = 16 });
        DocumentWork[] works = [Work(1, 2), Work(2, 2), Work(3, 2), Work(4, 2)];
        foreach (var work in works) scheduler.Submit(work);
        _runner.Release();
        foreach (var work in works[..2])
        {
            var error = await Assert.ThrowsAsync<InferenceException>(() => work.Completion);
            Assert.Equal("poisoned", error.InnerException!.Message);
        }
        await Task.WhenAll(works[2].Completion, works[3].Completion);
        AssertNothingPends(scheduler);
    }

    [Fact]
    public async Task A_document_that_fails_in_one_window_leaves_the_queue_with_all_of_them()
    {
        _runner.Poison = 7;
        var scheduler = await PluggedAsync(new InferenceOptions { MaxBatchTokens = 8, MaxWindowsInFlight = 2 });
        var work = LongWork(1, windows: 10);
        var poisoned = LongWork(7, windows: 10);
        scheduler.Submit(poisoned);
        scheduler.Submit(work);
        _runner.Release();
        await Assert.ThrowsAsync<InferenceException>(() => poisoned.Completion);
        await work.Completion;
        Assert.Single(_runner.Batches, batch => batch.Names[0] == 7);
        AssertNothingPends(scheduler);
    }

    [Fact]
    public async Task Pending_tokens_count_padded_windows_and_return_to_zero()
    {
        var scheduler = await PluggedAsync(new InferenceOptions());
        DocumentWork[] works = [Work(1, 2), Work(2, 20), LongWork(3, windows: 6)];
        foreach (var work in works) scheduler.Submit(work);
        // The plug is 8 wide, the first document 8, the second 24, the third six windows of 8.
        Assert.Equal(8 + 8 + 24 + 6 * 8, scheduler.PendingTokens);
        _runner.Release();
        await Task.WhenAll(works.Select(work => work.Completion));
        AssertNothingPends(scheduler);
    }

    [Fact]
    public async Task A_long_document_does_not_keep_a_short_one_waiting()
    {
        var scheduler = await PluggedAsync(new InferenceOptions { MaxBatchTokens = 8, MaxWindowsInFlight = 4 });
        await RunAllAsync(scheduler, LongWork(1, windows: 20), Work(2, 2));
        var names = _runner.Batches.SelectMany(batch => batch.Names).ToArray();
        Assert.Equal(22, names.Length);
        Assert.Equal(5, Array.IndexOf(names, 2L));
    }

    [Fact]
    public async Task Every_word_gets_the_row_of_its_first_subword_from_the_window_that_owns_it()
    {
        var scheduler = await PluggedAsync(new InferenceOptions { MaxBatchTokens = 64 });
        var random = new Random(3);
        var works = Enumerable.Range(0, 30).Select(_ => RandomWork(random)).ToArray();
        await RunAllAsync(scheduler, works);
        foreach (var work in works)
            for (var word = 0; word < work.Document.WordCount; word++) Assert.Equal(work.Document.SubwordsOf(word)[0], work.Logits[word]);
    }

    [Fact]
    public async Task The_first_window_waits_for_company_as_long_as_the_option_says_and_no_longer_once_the_batch_is_full()
    {
        // The fake clock stands still, so only a full batch can end the wait.
        _scheduler = Create(_runner, new InferenceOptions { MaxBatchTokens = 16, BatchDelay = TimeSpan.FromSeconds(10) });
        var (first, second) = (Work(1, 2), Work(2, 2));
        _scheduler.Submit(first);
        _scheduler.Submit(second);
        await Task.WhenAll(first.Completion, second.Completion);
        Assert.Equal([[1, 2]], _runner.Batches.Select(batch => batch.Names));
    }

    [Fact]
    public async Task Dispose_lets_the_running_batch_end_and_fails_what_is_queued()
    {
        var scheduler = await PluggedAsync(new InferenceOptions { MaxBatchTokens = 8 });
        DocumentWork[] works = [Work(1, 2), LongWork(2, windows: 10)];
        foreach (var work in works) scheduler.Submit(work);
        var disposing = Task.Run(scheduler.Dispose, TestContext.Current.CancellationToken);
        // Once it refuses work it has been told to stop.
        while (true)
        {
            try
            {
                scheduler.Submit(Work(3, 2));
            }
            catch (ObjectDisposedException)
            {
                break;
            }
        }
        Assert.False(disposing.IsCompleted);
        _runner.Release();
        await disposing;
        foreach (var work in works) await Assert.ThrowsAsync<ObjectDisposedException>(() => work.Completion);
        Assert.Equal([[Plug]], _runner.Batches.Select(batch => batch.Names));
        AssertNothingPends(scheduler);
    }

    public void Dispose()
    {
        _runner.Release();
        _scheduler?.Dispose();
        _runner.Dispose();
    }

    private BatchScheduler Create(FakeRunner runner, InferenceOptions options) =>
        new(runner, new LengthBuckets(MaxLength, MaxLength), outputs: 2, maxLabels: runner.Labels, new MarkIds(Begin, End, Pad), FeatureLayout.None, options, _time);

    /// <summary>A scheduler whose runner is held on a first document, so that what comes next queues up.</summary>
    private async Task<BatchScheduler> PluggedAsync(InferenceOptions options)
    {
        _scheduler = Create(_runner, options);
        _runner.Hold();
        _scheduler.Submit(Work(Plug, 2));
        await _runner.WaitUntilHeldAsync();
        return _scheduler;
    }

    private async Task RunAllAsync(BatchScheduler scheduler, params DocumentWork[] works)
    {
        foreach (var work in works) scheduler.Submit(work);
        _runner.Release();
        await Task.WhenAll(works.Select(work => work.Completion));
    }

    /// <summary>The weight of an ended work is taken off by a continuation, so it may follow the end by a moment.</summary>
    private static void AssertNothingPends(BatchScheduler scheduler) =>
        Assert.True(SpinWait.SpinUntil(() => scheduler.PendingTokens == 0, TimeSpan.FromSeconds(30)), $"{scheduler.PendingTokens} tokens still pend.");

    /// <summary>A document of one window: one word of as many subwords as said, each the document's name.</summary>
    private static DocumentWork Work(int name, int subwords, WorkPriority priority = WorkPriority.Interactive, DateTimeOffset? deadline = null, int output = 0) =>
        Work(new EncodedDocument([.. Enumerable.Repeat(name, subwords)], [0, subwords]), MaxLength - 2, priority, deadline, output);

    /// <summary>A document of as many windows as said, each of four words.</summary>
    private static DocumentWork LongWork(int name, int windows) =>
        Work(new EncodedDocument([.. Enumerable.Repeat(name, 4 * windows)], [.. Enumerable.Range(0, 4 * windows + 1)]), size: 4, WorkPriority.Interactive, deadline: null, output: 0);

    private static DocumentWork RandomWork(Random random)
    {
        var starts = new List<int> { 0 };
        for (var words = random.Next(1, 100); words > 0; words--) starts.Add(starts[^1] + random.Next(1, 8));
        return Work(new EncodedDocument([.. Enumerable.Range(1, starts[^1])], [.. starts]), size: 40, WorkPriority.Interactive, deadline: null, output: 0, overlap: 12);
    }

    private static DocumentWork Work(EncodedDocument document, int size, WorkPriority priority, DateTimeOffset? deadline, int output, int overlap = 0) =>
        new(document, WindowPlanner.Plan(document.WordStarts, size, overlap), output, labels: 1, priority, deadline);
}
