using NerService.Inference.Windowing;

namespace NerService.Inference.Batching;

/// <summary>Marks that surround a window, and padding.</summary>
internal readonly record struct MarkIds(int Begin, int End, int Pad);

/// <summary>
/// Forms batches and runs them on a thread of its own. Interactive windows go first, the oldest decides the bucket, and a batch holds one priority,
/// one output and one length bucket up to the token budget; so a window's padded shape, and with it the answer, never depends on its company. Bulk
/// work gets a turn when nothing interactive waits, and at least once every <see cref="InferenceOptions.MaxBulkWait"/>; as a batch that runs cannot be
/// stopped, bulk batches are small for that long after interactive work, so that the next of it finds the model free soon. Windows whose caller has gone
/// or whose deadline has passed are dropped before they are run. A failed batch fails its documents and nothing else.
/// </summary>
internal sealed class BatchScheduler : IDisposable
{
    /// <summary>
    /// A bulk batch beside interactive work holds at most one part in so many of the token budget: about what a sentence takes. A batch of the whole budget
    /// takes four times as long, and a caller that waits for one sentence after the other meets one each time.
    /// </summary>
    private const int BulkPart = 4;

    private readonly object _gate = new();
    private readonly WindowQueue _queue;
    private readonly LengthBuckets _buckets;
    private readonly IBatchRunner _runner;
    private readonly MarkIds _marks;
    private readonly InferenceOptions _options;
    private readonly TimeProvider _time;
    private readonly Thread _thread;
    private readonly List<QueuedWindow> _batch = [];
    private readonly int _maxLabels;
    private readonly FeatureLayout _layout;
    private readonly BatchTensors _tensors;
    private readonly float[] _logits;
    private long _lastBulkTurn;
    private long? _lastInteractive;
    private long _pendingTokens;
    private double _tokensPerSecond;
    private bool _stopping;

    /// <summary>Starts the scheduler.</summary>
    /// <param name="runner">Runs the batches.</param>
    /// <param name="buckets">The padded lengths.</param>
    /// <param name="outputs">Number of the model's outputs.</param>
    /// <param name="maxLabels">Labels of the widest output.</param>
    /// <param name="marks">Ids of the marks and of padding.</param>
    /// <param name="layout">Where the gazetteer's features go.</param>
    /// <param name="options">Validated.</param>
    /// <param name="time">The clock for deadlines and durations.</param>
    internal BatchScheduler(IBatchRunner runner, LengthBuckets buckets, int outputs, int maxLabels, MarkIds marks, FeatureLayout layout, InferenceOptions options, TimeProvider time)
    {
        (_runner, _buckets, _marks, _layout, _options, _time, _maxLabels) = (runner, buckets, marks, layout, options, time, maxLabels);
        _queue = new WindowQueue(outputs, buckets.Count);
        var capacity = Math.Max(options.MaxBatchTokens, buckets.MaxLength);
        _tensors = BatchTensors.Allocate(capacity, layout.Width);
        _logits = new float[capacity * maxLabels];
        _lastBulkTurn = time.GetTimestamp();
        _thread = new Thread(Loop) { IsBackground = true, Name = "ner-inference" };
        _thread.Start();
    }

    /// <summary>Padded subwords that are submitted and not done.</summary>
    internal long PendingTokens => Interlocked.Read(ref _pendingTokens);

    /// <summary>Padded subwords a second, averaged over the latest batches; 0 before the first.</summary>
    internal double TokensPerSecond => Volatile.Read(ref _tokensPerSecond);

    /// <summary>Queues a document's windows. Its <see cref="DocumentWork.Completion"/> tells how it ends.</summary>
    /// <exception cref="ObjectDisposedException">The scheduler has stopped.</exception>
    internal void Submit(DocumentWork work)
    {
        foreach (var window in work.Windows) work.PendingTokens += _buckets.Length(BucketOf(work, window));
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping, this);
            Interlocked.Add(ref _pendingTokens, work.PendingTokens);
            for (var i = 0; i < _options.MaxWindowsInFlight && work.NextWindow < work.Windows.Count; i++) EnqueueNext(work);
            Monitor.Pulse(_gate);
        }
        // Whatever ends the work early also takes its weight off the queue, at once.
        _ = work.Completion.ContinueWith(_ => Release(work), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Fails what is queued, lets the running batch end, and stops the thread.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_stopping) return;
            _stopping = true;
            Monitor.Pulse(_gate);
        }
        _thread.Join();
    }

    private void Loop()
    {
        while (TakeBatch(out var lane))
        {
            if (_batch.Count > 0) RunBatch(lane);
            _batch.Clear();
        }
        lock (_gate)
        {
            foreach (var window in _queue.Drain()) window.Work.Fail(new ObjectDisposedException(nameof(BatchScheduler), "The model was unloaded before the document was answered."));
        }
    }

    /// <summary>Waits for work and takes a batch of it.</summary>
    /// <returns>False when the scheduler stops.</returns>
    private bool TakeBatch(out LaneKey lane)
    {
        lock (_gate)
        {
            while (true)
            {
                lane = default;
                if (_stopping) return false;
                if (!TryChooseLane(out lane, out var head))
                {
                    Monitor.Wait(_gate);
                    continue;
                }
                var capacity = Math.Max(1, TokenBudget(lane.Priority) / _buckets.Length(lane.Bucket));
                var patience = _options.BatchDelay - _time.GetElapsedTime(head.EnqueuedAt);
                if (patience > TimeSpan.Zero && _queue.CountIn(lane) < capacity)
                {
                    Monitor.Wait(_gate, patience);
                    continue;
                }
                _queue.Take(lane, capacity, _batch);
                DropExpired();
                if (lane.Priority == WorkPriority.Bulk) _lastBulkTurn = _time.GetTimestamp();
                return true;
            }
        }
    }

    private bool TryChooseLane(out LaneKey lane, out QueuedWindow head)
    {
        var interactive = _queue.TryFindOldest(WorkPriority.Interactive, out lane, out head);
        if (interactive && _time.GetElapsedTime(_lastBulkTurn) < _options.MaxBulkWait) return true;
        if (!_queue.TryFindOldest(WorkPriority.Bulk, out var bulkLane, out var bulkHead)) return interactive;
        if (interactive && _time.GetElapsedTime(bulkHead.EnqueuedAt) < _options.MaxBulkWait) return true;
        (lane, head) = (bulkLane, bulkHead);
        return true;
    }

    private int TokenBudget(WorkPriority priority) =>
        priority == WorkPriority.Bulk && _lastInteractive is { } last && _time.GetElapsedTime(last) < _options.MaxBulkWait ? _options.MaxBatchTokens / BulkPart : _options.MaxBatchTokens;

    private void DropExpired()
    {
        var now = _time.GetUtcNow();
        for (var i = _batch.Count - 1; i >= 0; i--)
        {
            var work = _batch[i].Work;
            if (work.Deadline is not { } deadline || deadline > now) continue;
            work.Fail(new TimeoutException("The deadline passed before the document's turn came."));
            _batch.RemoveAt(i);
        }
    }

    private void RunBatch(LaneKey lane)
    {
        var length = _buckets.Length(lane.Bucket);
        var labels = _batch[0].Work.Labels;
        var batch = _tensors.Shape(_batch.Count, length);
        var real = 0;
        for (var i = 0; i < _batch.Count; i++) real += batch.Write(i, _batch[i].Work.Document, _batch[i].Work.Windows[_batch[i].Window].Words, _marks, _layout);
        var started = _time.GetTimestamp();
        try
        {
            _runner.Run(batch, lane.Output, _logits.AsMemory(0, _batch.Count * length * labels));
        }
        catch (Exception e)
        {
            foreach (var window in _batch) window.Work.Fail(new InferenceException("The model failed on the batch of this document.", e));
            InferenceMetrics.FailedBatches.Add(1);
            return;
        }
        var elapsed = _time.GetElapsedTime(started);
        Measure(_batch.Count * length, real, elapsed);
        for (var i = 0; i < _batch.Count; i++) Complete(_batch[i], _logits.AsSpan(i * length * labels, length * labels), started, elapsed);
    }

    private void Complete(QueuedWindow window, ReadOnlySpan<float> rows, long started, TimeSpan elapsed)
    {
        var work = window.Work;
        var queued = _time.GetElapsedTime(window.EnqueuedAt, started);
        InferenceMetrics.QueueTime.Record(queued.TotalSeconds);
        lock (_gate)
        {
            if (!work.IsOver)
            {
                var tokens = _buckets.Length(BucketOf(work, work.Windows[window.Window]));
                work.PendingTokens -= tokens;
                Interlocked.Add(ref _pendingTokens, -tokens);
            }
            if (work.NextWindow < work.Windows.Count && !work.IsOver) EnqueueNext(work);
        }
        work.CompleteWindow(window.Window, rows, queued, elapsed);
    }

    /// <summary>Takes the weight of a work's unfinished windows off the queue.</summary>
    private void Release(DocumentWork work)
    {
        lock (_gate)
        {
            Interlocked.Add(ref _pendingTokens, -work.PendingTokens);
            work.PendingTokens = 0;
        }
    }

    private void EnqueueNext(DocumentWork work)
    {
        var index = work.NextWindow++;
        var now = _time.GetTimestamp();
        if (work.Priority == WorkPriority.Interactive) _lastInteractive = now;
        _queue.Enqueue(work, index, BucketOf(work, work.Windows[index]), now);
    }

    private int BucketOf(DocumentWork work, Window window) => _buckets.IndexOf(BatchRow.Length(work.Document, window.Words));

    private void Measure(int padded, int real, TimeSpan elapsed)
    {
        InferenceMetrics.BatchDuration.Record(elapsed.TotalSeconds);
        InferenceMetrics.RealTokens.Add(real);
        InferenceMetrics.PaddedTokens.Add(padded);
        if (elapsed <= TimeSpan.Zero) return;
        var rate = padded / elapsed.TotalSeconds;
        Volatile.Write(ref _tokensPerSecond, _tokensPerSecond == 0 ? rate : 0.9 * _tokensPerSecond + 0.1 * rate);
    }
}
