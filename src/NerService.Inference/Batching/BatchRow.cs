using NerService.Inference.Tokenization;
using NerService.Text;

namespace NerService.Inference.Batching;

/// <summary>How one window stands in a padded batch: its begin mark, its subwords, its end mark, padding.</summary>
internal static class BatchRow
{
    /// <summary>Subwords of a window, marks included.</summary>
    internal static int Length(EncodedDocument document, WordRange words) => document.WordStarts[words.End] - document.WordStarts[words.Start] + 2;

    /// <summary>Writes a window.</summary>
    /// <param name="document">The window's document.</param>
    /// <param name="words">The window's words.</param>
    /// <param name="marks">Ids of the marks and of padding.</param>
    /// <param name="ids">The row of subword ids, as long as the batch is padded to.</param>
    /// <param name="mask">The row of the mask, as long.</param>
    /// <returns>The window's length, marks included, padding not.</returns>
    internal static int Write(EncodedDocument document, WordRange words, MarkIds marks, Span<long> ids, Span<long> mask)
    {
        var subwords = document.Subwords[document.WordStarts[words.Start]..document.WordStarts[words.End]];
        var length = subwords.Length + 2;
        ids[0] = marks.Begin;
        for (var i = 0; i < subwords.Length; i++) ids[i + 1] = subwords[i];
        ids[length - 1] = marks.End;
        ids[length..].Fill(marks.Pad);
        mask[..length].Fill(1);
        mask[length..].Clear();
        return length;
    }
}
