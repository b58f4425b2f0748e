namespace NerService.Inference;

/// <summary>How a model is run.</summary>
public sealed record InferenceOptions
{
    /// <summary>
    /// Cores that inference uses, one thread each. Default 0: as many as the process may use (<see cref="Environment.ProcessorCount"/>, which knows
    /// containers).
    /// </summary>
    public int Threads { get; init; }

    /// <summary>What <see cref="Threads"/> comes to.</summary>
    internal int Cores => Threads > 0 ? Threads : Environment.ProcessorCount;

    /// <summary>The model's graph to run, by its name in <c>model.json</c>. Null, the default: the first that suits the processor.</summary>
    public string? Graph { get; init; }

    /// <summary>Padded subwords a batch holds at most; a single longer window still runs, alone. Default 256.</summary>
    public int MaxBatchPaddedSubwords { get; init; } = 256;

    /// <summary>Padded subwords that may wait of documents that may be refused. Default 65,536: some seconds of work.</summary>
    public int MaxQueuedPaddedSubwords { get; init; } = 65_536;

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">Names the option, what was found and what is allowed.</exception>
    public void Validate()
    {
        if (Threads is < 0 or > 1024)
            throw new ArgumentException($"{nameof(Threads)} is {Threads}; allowed are 0 (automatic) to 1024.");
        if (MaxBatchPaddedSubwords is < 8 or > 1_048_576)
            throw new ArgumentException($"{nameof(MaxBatchPaddedSubwords)} is {MaxBatchPaddedSubwords}; allowed are 8 to 1048576.");
        if (MaxQueuedPaddedSubwords is < 1 or > 1_000_000_000)
            throw new ArgumentException($"{nameof(MaxQueuedPaddedSubwords)} is {MaxQueuedPaddedSubwords}; allowed are 1 to 1000000000.");
    }
}
