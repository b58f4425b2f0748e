namespace NerService.Inference.Benchmarking;

/// <summary>How a bare measurement runs its batches.</summary>
public enum BareSchedule
{
    /// <summary>Each core runs batches of its own, as the scheduler does under load.</summary>
    RunPerCore,

    /// <summary>One batch after the other on all cores, whose threads sleep while they wait for each other.</summary>
    OneRunOnAllCores,
}
