namespace NerService.Inference.Batching;

/// <summary>Runs padded batches through a model. One caller at a time.</summary>
internal interface IBatchRunner
{
    /// <summary>Runs a batch.</summary>
    /// <param name="ids">Subword ids [batch, length], padded.</param>
    /// <param name="mask">1 for subwords, 0 for padding; same shape.</param>
    /// <param name="batch">Windows in the batch.</param>
    /// <param name="length">Padded length.</param>
    /// <param name="output">Index of the output wanted.</param>
    /// <param name="logits">Receives [batch, length, labels].</param>
    void Run(Memory<long> ids, Memory<long> mask, int batch, int length, int output, Memory<float> logits);
}
