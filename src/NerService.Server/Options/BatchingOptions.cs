using System.ComponentModel.DataAnnotations;
using NerService.Inference;

namespace NerService.Server.Options;

/// <summary>How the model is run.</summary>
internal sealed class BatchingOptions : ICheckedOptions
{
    public static string Section => "Ner:Batching";

    /// <summary>Cores that inference uses, one thread each; 0: as many as the process may use.</summary>
    [Range(0, 1024)]
    public int Threads { get; set; }

    /// <summary>Padded subwords a batch holds at most.</summary>
    [Range(8, 1_048_576)]
    public int MaxBatchPaddedSubwords { get; set; } = new InferenceOptions().MaxBatchPaddedSubwords;
}
