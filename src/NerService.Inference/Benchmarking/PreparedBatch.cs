using NerService.Inference.Batching;
using NerService.Inference.Tokenization;
using NerService.Text;

namespace NerService.Inference.Benchmarking;

/// <summary>A padded batch, ready to run.</summary>
/// <param name="Ids">Subword ids [Size, Length].</param>
/// <param name="Mask">1 for subwords, 0 for padding; same shape.</param>
/// <param name="Size">Windows.</param>
/// <param name="Length">Padded length.</param>
/// <param name="Subwords">Subwords of the windows' words, neither marks nor padding counted.</param>
internal sealed record PreparedBatch(long[] Ids, long[] Mask, int Size, int Length, int Subwords)
{
    /// <summary>Forms the batches that the scheduler forms when all windows are queued at once: one length bucket each, up to the token budget.</summary>
    internal static List<PreparedBatch> Form(IEnumerable<(EncodedDocument Document, WordRange Words)> windows, LengthBuckets buckets, int maxBatchTokens, MarkIds marks)
    {
        var batches = new List<PreparedBatch>();
        foreach (var bucket in windows.GroupBy(window => buckets.IndexOf(BatchRow.Length(window.Document, window.Words))))
        {
            var length = buckets.Length(bucket.Key);
            foreach (var rows in bucket.Chunk(Math.Max(1, maxBatchTokens / length))) batches.Add(Fill(rows, length, marks));
        }
        return batches;
    }

    private static PreparedBatch Fill((EncodedDocument Document, WordRange Words)[] rows, int length, MarkIds marks)
    {
        var ids = new long[rows.Length * length];
        var mask = new long[rows.Length * length];
        var subwords = 0;
        for (var i = 0; i < rows.Length; i++)
            subwords += BatchRow.Write(rows[i].Document, rows[i].Words, marks, ids.AsSpan(i * length, length), mask.AsSpan(i * length, length)) - 2;
        return new PreparedBatch(ids, mask, rows.Length, length, subwords);
    }
}
