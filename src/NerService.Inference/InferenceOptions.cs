namespace NerService.Inference;

/// <summary>How a model is run.</summary>
public sealed record InferenceOptions
{
    /// <summary>Threads that one run uses. Default 0: as many as the process may use (<see cref="Environment.ProcessorCount"/>, which knows containers).</summary>
    public int Threads { get; init; }

    /// <summary>The model's graph to run, by its name in <c>model.json</c>. Null, the default: the first that suits the processor.</summary>
    public string? Graph { get; init; }

    /// <summary>Padded subwords a batch holds at most; a single longer window still runs, alone. Default 256.</summary>
    public int MaxBatchTokens { get; init; } = 256;

    /// <summary>How long the first window of a batch waits for company. Default zero: what is queued already is the batch.</summary>
    public TimeSpan BatchDelay { get; init; } = TimeSpan.Zero;

    /// <summary>Windows of one document that are queued at once, so that a long document does not keep short ones waiting. Default 4.</summary>
    public int MaxWindowsInFlight { get; init; } = 4;

    /// <summary>How long bulk work yields to interactive work before it takes its turn; for as long after interactive work its batches are a quarter of the budget. Default 2 seconds.</summary>
    public TimeSpan MaxBulkWait { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">Names the option, what was found and what is allowed.</exception>
    public void Validate()
    {
        if (Threads is < 0 or > 1024) throw new ArgumentException($"{nameof(Threads)} is {Threads}; allowed are 0 (automatic) to 1024.");
        if (MaxBatchTokens is < 8 or > 1_048_576) throw new ArgumentException($"{nameof(MaxBatchTokens)} is {MaxBatchTokens}; allowed are 8 to 1048576.");
        if (BatchDelay < TimeSpan.Zero || BatchDelay > TimeSpan.FromSeconds(10)) throw new ArgumentException($"{nameof(BatchDelay)} is {BatchDelay}; allowed are 0 to 10 seconds.");
        if (MaxWindowsInFlight is < 1 or > 4096) throw new ArgumentException($"{nameof(MaxWindowsInFlight)} is {MaxWindowsInFlight}; allowed are 1 to 4096.");
        if (MaxBulkWait < TimeSpan.Zero) throw new ArgumentException($"{nameof(MaxBulkWait)} is {MaxBulkWait}; it must not be negative.");
    }
}
