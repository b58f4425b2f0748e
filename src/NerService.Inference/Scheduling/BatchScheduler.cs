using NerService.Inference.Tokenization;

namespace NerService.Inference.Scheduling;

/// <summary>
/// Admits documents, forms batches of their windows and runs them, one thread per core. A window that comes while nothing else runs or waits gets all
/// cores for its run, which is the soonest answer; under load each core runs batches of its own, which gives the most answers, as no core waits for
/// another within a run. Turns are taken as <see cref="FairQueue"/> says. A batch holds one priority, one output and one padded length up to the
/// token budget; so a window's shape, and with it the answer, never depends on its company. A batch that runs cannot be stopped: the last free core
/// is therefore left to whoever called lately and has nothing running, except for batches that are short. Windows whose caller has gone or whose
/// deadline has passed are dropped before they are run. A failed batch fails its documents and nothing else.
/// </summary>
internal sealed class BatchScheduler : IDisposable
{
    /// <summary>A short batch holds at most one part in so many of the token budget: about what a sentence takes.</summary>
    private const int ShortPart = 4;

    /// <summary>How long after a caller's latest document the next one is expected.</summary>
    internal static readonly TimeSpan Presence = TimeSpan.FromSeconds(2);

    private readonly object _gate = new();
    private readonly FairQueue _queue;
    private readonly QueueBound _bound;
    private readonly Throughput _throughput;
    private readonly IBatchRunner _runner;
    private readonly SpecialTokens _specialTokens;
    private readonly FeatureLayout _layout;
    private readonly int _maxBatchPaddedSubwords;
    private readonly TimeProvider _time;
    private readonly Thread[] _threads;
    private int _busyCores;
    private bool _stopping;

    /// <summary>Starts the scheduler for outputs of so many labels at most; the options are validated.</summary>
    internal BatchScheduler(
        IBatchRunner runner,
        LengthBuckets buckets,
        int maxLabels,
        SpecialTokens special,
        FeatureLayout layout,
        InferenceOptions options,
        TimeProvider time
    )
    {
        (_runner, _specialTokens, _layout, _maxBatchPaddedSubwords, _time) = (runner, special, layout, options.MaxBatchPaddedSubwords, time);
        _queue = new FairQueue(buckets);
        _bound = new QueueBound(options.MaxQueuedPaddedSubwords);
        _throughput = new Throughput(options.Cores);
        var capacity = Math.Max(options.MaxBatchPaddedSubwords, buckets.MaxLength);
        _threads =
        [
            .. Enumerable
                .Range(0, options.Cores)
                .Select(i => new Thread(() => Loop(new Batch(capacity, layout, maxLabels))) { IsBackground = true, Name = $"ner-inference-{i}" }),
        ];
        foreach (var thread in _threads)
            thread.Start();
    }

    /// <summary>Padded subwords that are admitted and not done.</summary>
    internal long PendingTokens
    {
        get
        {
            lock (_gate)
                return _queue.Flows.Sum(flow => flow.PendingTokens);
        }
    }

    /// <summary>Padded subwords a second with all cores busy, averaged over the latest batches; 0 before the first.</summary>
    internal double TokensPerSecond
    {
        get
        {
            lock (_gate)
                return _throughput.TokensPerSecond;
        }
    }

    /// <summary>Queues a document's windows. Its <see cref="DocumentWork.Completion"/> tells how it ends.</summary>
    /// <exception cref="AdmissionException">The queue is full or the deadline cannot be met; nothing was queued.</exception>
    /// <exception cref="ObjectDisposedException">The scheduler has stopped.</exception>
    internal void Submit(DocumentWork work)
    {
        for (var window = 0; window < work.Windows.Count; window++)
            work.PendingTokens += _queue.TokensOf(work, window);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping, this);
            work.Flow = _queue.FlowOf(work);
            var now = _time.GetUtcNow();
            _bound.Admit(work, _queue.Flows, _throughput.TokensPerSecond, now);
            (work.SubmittedAt, work.TimeLeft) = (_time.GetTimestamp(), work.Deadline - now);
            work.CameAlone = _busyCores == 0 && _queue.WaitingWindows == 0;
            _queue.Add(work, _time.GetTimestamp());
            Monitor.Pulse(_gate);
        }
        // Whatever ends the work early also takes its weight off the queue, at once.
        _ = work.Completion.ContinueWith(
            _ => Release(work),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
    }

    /// <summary>Fails what is queued, lets the running batches end, and stops the threads.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_stopping)
                return;
            _stopping = true;
            Monitor.PulseAll(_gate);
        }
        foreach (var thread in _threads)
            thread.Join();
        foreach (var window in _queue.Drain())
            window.Work.Fail(new ObjectDisposedException(nameof(BatchScheduler), "The model was unloaded before the document was answered."));
    }

    private void Loop(Batch batch)
    {
        while (WaitForBatch(batch))
            Run(batch);
    }

    /// <returns>False when the scheduler stops.</returns>
    private bool WaitForBatch(Batch batch)
    {
        lock (_gate)
        {
            while (!_stopping)
            {
                if (!TryForm(batch))
                {
                    Monitor.Wait(_gate);
                    continue;
                }
                if (batch.Windows.Count == 0)
                    continue;
                _busyCores += batch.Cores;
                batch.Flow.Running++;
                // Who comes to wait later is woken by what is submitted; who waits already, by this.
                if (_queue.WaitingWindows > 0)
                    Monitor.Pulse(_gate);
                return true;
            }
            return false;
        }
    }

    /// <summary>Takes the windows whose turn it is; none of them when all were too late.</summary>
    /// <returns>False when nothing may run now.</returns>
    private bool TryForm(Batch batch)
    {
        var free = _threads.Length - _busyCores;
        if (free == 0)
            return false;
        var expected = free == 1 ? _queue.Flows.Count(IsExpected) : 0;
        if (!_queue.TryFindNext(MaxLength, out var flow, out var shape, out var first))
            return false;

        var takesAll = free == _threads.Length && first.Work.CameAlone && _queue.WaitingWindows <= Math.Max(1, _threads.Length / 2);
        var count = Math.Max(1, (IsGuest(flow) ? _maxBatchPaddedSubwords / ShortPart : _maxBatchPaddedSubwords) / shape.Length);
        (batch.Flow, batch.Shape, batch.Cores) = (flow, shape, takesAll ? _threads.Length : 1);
        batch.Windows.Clear();
        _queue.Take(flow, shape, takesAll ? count : Math.Min(count, _queue.PartOf(flow, free)), _time.GetTimestamp(), batch.Windows);
        DropExpired(batch.Windows);
        _queue.Forget(IsExpected);
        return true;

        // A flow that would take the last core from one that is expected.
        bool IsGuest(Flow it) => expected > (IsExpected(it) ? 1 : 0) && (it.Priority == WorkPriority.Bulk || it.Running > 0);

        // A single core cannot be left to anybody.
        int MaxLength(Flow it) => _threads.Length > 1 && IsGuest(it) ? _maxBatchPaddedSubwords / ShortPart : int.MaxValue;
    }

    /// <summary>Whether a flow's next document may come any moment and should find a core.</summary>
    private bool IsExpected(Flow flow) =>
        flow.Priority == WorkPriority.Interactive && flow.Running == 0 && flow.LastArrival is { } last && _time.GetElapsedTime(last) < Presence;

    private void DropExpired(List<WaitingWindow> windows)
    {
        for (var i = windows.Count - 1; i >= 0; i--)
        {
            var work = windows[i].Work;
            if (work.TimeLeft is not { } left || _time.GetElapsedTime(work.SubmittedAt) < left)
                continue;
            work.Fail(new TimeoutException("The deadline passed before the document's turn came."));
            windows.RemoveAt(i);
        }
    }

    private void Run(Batch batch)
    {
        var (windows, shape) = (batch.Windows, batch.Shape);
        var tensors = batch.Tensors.Shape(windows.Count, shape.Length);
        var rowSize = shape.Length * windows[0].Work.Labels;
        var real = 0;
        for (var i = 0; i < windows.Count; i++)
            real += tensors.Write(i, windows[i].Work.Document, windows[i].Work.Windows[windows[i].Index].Words, _specialTokens, _layout);
        var started = _time.GetTimestamp();
        try
        {
            _runner.Run(tensors, shape.Output, batch.Logits.AsMemory(0, windows.Count * rowSize), batch.Cores > 1);
        }
        catch (Exception e)
        {
            InferenceMetrics.FailedBatches.Add(1);
            lock (_gate)
                GiveBack(batch);
            foreach (var window in windows)
                window.Work.Fail(new InferenceException("The model failed on the batch of this document.", e));
            return;
        }
        var elapsed = _time.GetElapsedTime(started);
        var padded = windows.Count * shape.Length;
        InferenceMetrics.Ran(real, padded, elapsed);
        lock (_gate)
        {
            GiveBack(batch);
            _throughput.Add(padded, elapsed, batch.Cores);
            foreach (var window in windows)
                if (!window.Work.IsOver)
                    _bound.Release(window.Work, shape.Length);
        }
        for (var i = 0; i < windows.Count; i++)
        {
            var queued = _time.GetElapsedTime(windows[i].EnqueuedAt, started);
            InferenceMetrics.QueueTime.Record(queued.TotalSeconds);
            windows[i].Work.CompleteWindow(windows[i].Index, batch.Logits.AsSpan(i * rowSize, rowSize), queued, elapsed);
        }
    }

    private void GiveBack(Batch batch)
    {
        _busyCores -= batch.Cores;
        batch.Flow.Running--;
    }

    /// <summary>Takes what is left of an ended work off the queue.</summary>
    private void Release(DocumentWork work)
    {
        lock (_gate)
        {
            _bound.Release(work, work.PendingTokens);
            _queue.Remove(work);
        }
    }

    /// <summary>What a thread runs, and the memory for it.</summary>
    private sealed class Batch(int capacity, FeatureLayout layout, int maxLabels)
    {
        internal List<WaitingWindow> Windows { get; } = [];

        internal BatchTensors Tensors { get; } = BatchTensors.Allocate(capacity, layout.Width);

        internal float[] Logits { get; } = new float[capacity * maxLabels];

        /// <summary>The flow that it was formed for.</summary>
        internal Flow Flow { get; set; } = null!;

        internal Shape Shape { get; set; }

        /// <summary>Cores that it runs on: one, or all.</summary>
        internal int Cores { get; set; }
    }
}
