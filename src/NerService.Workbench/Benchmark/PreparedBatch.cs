using NerService.Inference;
using NerService.Inference.Scheduling;
using NerService.Inference.Tokenization;
using NerService.Text.Documents;

namespace NerService.Workbench.Benchmark;

/// <summary>A padded batch, ready to run.</summary>
/// <param name="Tensors">What the graph is fed.</param>
/// <param name="Subwords">Subwords of the windows' words, neither special tokens nor padding counted.</param>
internal sealed record PreparedBatch(BatchTensors Tensors, int Subwords)
{
    /// <summary>Subwords run, special tokens and padding counted.</summary>
    internal int PaddedSubwords => Tensors.Size * Tensors.Length;

    /// <summary>
    /// Forms the batches that the scheduler forms when all windows are queued at once: one length bucket each, up to the token budget.
    /// </summary>
    internal static List<PreparedBatch> Form(
        IEnumerable<(EncodedDocument Document, WordRange Words)> windows,
        LengthBuckets buckets,
        int maxBatchPaddedSubwords,
        SpecialTokens special,
        FeatureLayout layout
    )
    {
        var batches = new List<PreparedBatch>();
        foreach (var bucket in windows.GroupBy(window => buckets.Fit(BatchTensors.LengthOf(window.Document, window.Words))))
        foreach (var rows in bucket.Chunk(Math.Max(1, maxBatchPaddedSubwords / bucket.Key)))
            batches.Add(Fill(rows, bucket.Key, special, layout));
        return batches;
    }

    private static PreparedBatch Fill((EncodedDocument Document, WordRange Words)[] rows, int length, SpecialTokens special, FeatureLayout layout)
    {
        var tensors = BatchTensors.Allocate(rows.Length * length, layout.Width).Shape(rows.Length, length);
        var subwords = 0;
        for (var i = 0; i < rows.Length; i++)
            subwords += tensors.Write(i, rows[i].Document, rows[i].Words, special, layout) - 2;
        return new PreparedBatch(tensors, subwords);
    }
}
