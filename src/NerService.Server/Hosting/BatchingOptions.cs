using NerService.Inference;

namespace NerService.Server.Hosting;

/// <summary>How the model is run.</summary>
internal sealed class BatchingOptions : ICheckedOptions
{
    public static string Section => "Ner:Batching";

    /// <summary>Threads that one run uses; 0: as many as the process may use.</summary>
    public int Threads { get; set; }

    /// <summary>Padded subwords a batch holds at most.</summary>
    public int MaxBatchTokens { get; set; } = new InferenceOptions().MaxBatchTokens;

    /// <summary>Milliseconds that the first window of a batch waits for company.</summary>
    public int BatchDelayMs { get; set; }

    /// <summary>Windows of one document that are queued at once.</summary>
    public int MaxWindowsInFlight { get; set; } = new InferenceOptions().MaxWindowsInFlight;

    /// <summary>Milliseconds that bulk work yields to interactive work before it takes its turn; for as long after interactive work its batches are a quarter of the budget.</summary>
    public int MaxBulkWaitMs { get; set; } = (int)new InferenceOptions().MaxBulkWait.TotalMilliseconds;

    public void Check(OptionErrors errors) => errors
        .Range(nameof(Threads), Threads, 0, 1024)
        .Range(nameof(MaxBatchTokens), MaxBatchTokens, 8, 1_048_576)
        .Range(nameof(BatchDelayMs), BatchDelayMs, 0, 10_000)
        .Range(nameof(MaxWindowsInFlight), MaxWindowsInFlight, 1, 4096)
        .Range(nameof(MaxBulkWaitMs), MaxBulkWaitMs, 0, 3_600_000);

    /// <summary>The same, as the model takes them.</summary>
    internal InferenceOptions ToInference() => new()
    {
        Threads = Threads,
        MaxBatchTokens = MaxBatchTokens,
        BatchDelay = TimeSpan.FromMilliseconds(BatchDelayMs),
        MaxWindowsInFlight = MaxWindowsInFlight,
        MaxBulkWait = TimeSpan.FromMilliseconds(MaxBulkWaitMs),
    };
}
