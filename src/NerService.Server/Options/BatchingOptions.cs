using NerService.Inference;
using NerService.Server.Errors;

namespace NerService.Server.Options;

/// <summary>How the model is run.</summary>
internal sealed class BatchingOptions : ICheckedOptions
{
    public static string Section => "Ner:Batching";

    /// <summary>Cores that inference uses, a thread each; 0: as many as the process may use.</summary>
    public int Threads { get; set; }

    /// <summary>Padded subwords a batch holds at most.</summary>
    public int MaxBatchPaddedSubwords { get; set; } = new InferenceOptions().MaxBatchPaddedSubwords;

    public void Check(OptionErrors errors) =>
        errors.Range(nameof(Threads), Threads, 0, 1024).Range(nameof(MaxBatchPaddedSubwords), MaxBatchPaddedSubwords, 8, 1_048_576);

    /// <summary>The same, as the model takes them.</summary>
    internal InferenceOptions ToInference(AdmissionOptions admission) =>
        new()
        {
            Threads = Threads,
            MaxBatchPaddedSubwords = MaxBatchPaddedSubwords,
            MaxQueuedPaddedSubwords = admission.MaxQueuedPaddedSubwords,
        };
}
