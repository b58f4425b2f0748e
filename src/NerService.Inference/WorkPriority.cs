namespace NerService.Inference;

/// <summary>Which work goes first when the model is busy.</summary>
public enum WorkPriority
{
    /// <summary>Somebody is waiting.</summary>
    Interactive,

    /// <summary>Batch work: yields to <see cref="Interactive"/>.</summary>
    Bulk,
}
