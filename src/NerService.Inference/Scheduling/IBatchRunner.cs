namespace NerService.Inference.Scheduling;

/// <summary>Runs padded batches through a model. As many callers at once as there are cores; one alone while a run is on all of them.</summary>
internal interface IBatchRunner
{
    /// <summary>Runs a batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="output">Index of the output wanted.</param>
    /// <param name="logits">Receives [batch, length, labels].</param>
    /// <param name="onAllCores">Whether the run is spread over all cores instead of being done by the calling thread.</param>
    void Run(BatchTensors batch, int output, Memory<float> logits, bool onAllCores);
}
