using NerService.Inference.Scheduling;

namespace NerService.Inference.Tests.Scheduling;

/// <summary>A batch that was run.</summary>
/// <param name="Rows">Subword ids of each window, special tokens included, padding not.</param>
/// <param name="Length">Padded length.</param>
/// <param name="Output">Index of the output asked for.</param>
/// <param name="OnAllCores">Whether it had all cores.</param>
internal sealed record RanBatch(long[][] Rows, int Length, int Output, bool OnAllCores)
{
    /// <summary>The first subword of each window: the tests' name for a document.</summary>
    internal long[] Names => [.. Rows.Select(row => row[1])];
}

/// <summary>
/// Stands for the model: writes down what it is given, answers each subword with its own id as the score of label 0, and waits when told to.
/// </summary>
internal sealed class FakeRunner : IBatchRunner, IDisposable
{
    private readonly SemaphoreSlim _entered = new(0);
    private readonly SemaphoreSlim _released = new(0);
    private readonly List<RanBatch> _batches = [];
    private volatile bool _holds;
    private int _held;

    internal FakeRunner(int labels = 1) => Labels = labels;

    internal int Labels { get; }

    /// <summary>A window with this subword makes its batch fail; 0 means none.</summary>
    internal long Poison { get; set; }

    internal IReadOnlyList<RanBatch> Batches
    {
        get
        {
            lock (_batches)
                return [.. _batches];
        }
    }

    /// <summary>From now on every batch waits until it is let go.</summary>
    internal void Hold() => _holds = true;

    /// <summary>Waits until one more batch is held in the runner.</summary>
    internal async Task WaitUntilHeldAsync() =>
        Assert.True(await _entered.WaitAsync(Wait.Limit, TestContext.Current.CancellationToken), "No batch came to be run.");

    /// <summary>Lets the held batches go, and those that follow.</summary>
    internal void Release()
    {
        _holds = false;
        _released.Release(Math.Max(1, Volatile.Read(ref _held)));
    }

    /// <summary>Lets one held batch go and waits until the next one is held.</summary>
    internal async Task StepAsync()
    {
        _released.Release();
        await WaitUntilHeldAsync();
    }

    public void Run(BatchTensors batch, int output, Memory<float> logits, bool onAllCores)
    {
        var (ids, mask, length) = (batch.Ids, batch.Mask, batch.Length);
        var rows = Enumerable
            .Range(0, batch.Size)
            .Select(i => ids.Span.Slice(i * length, length)[..(int)mask.Span.Slice(i * length, length).ToArray().Sum()].ToArray())
            .ToArray();
        lock (_batches)
            _batches.Add(new RanBatch(rows, length, output, onAllCores));
        if (_holds)
        {
            Interlocked.Increment(ref _held);
            _entered.Release();
            _released.Wait();
            Interlocked.Decrement(ref _held);
        }
        if (Poison != 0 && rows.Any(row => row.Contains(Poison)))
            throw new InvalidOperationException("poisoned");
        for (var i = 0; i < ids.Length; i++)
        for (var label = 0; label < Labels; label++)
            logits.Span[i * Labels + label] = label == 0 ? ids.Span[i] : 0;
    }

    public void Dispose()
    {
        _entered.Dispose();
        _released.Dispose();
    }
}
