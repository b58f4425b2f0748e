namespace NerService.Inference.Batching;

/// <summary>Runs padded batches through a model. One caller at a time.</summary>
internal interface IBatchRunner
{
    /// <summary>Runs a batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="output">Index of the output wanted.</param>
    /// <param name="logits">Receives [batch, length, labels].</param>
    void Run(BatchTensors batch, int output, Memory<float> logits);
}
