namespace NerService.Workbench.Benchmark;

/// <summary>How a bare session runs its batches.</summary>
internal enum BareSchedule
{
    /// <summary>Each core runs batches of its own, as the scheduler does under load.</summary>
    RunPerCore,

    /// <summary>One batch after the other on all cores, whose threads sleep while they wait for each other.</summary>
    OneRunOnAllCores,
}
