using NerService.Inference.Tokenization;
using NerService.Text.Documents;

namespace NerService.Inference.Scheduling;

/// <summary>How one window stands in a padded batch: its begin token, its subwords, its end token, padding.</summary>
internal static class BatchRow
{
    /// <summary>Subwords of a window, special tokens included.</summary>
    internal static int Length(EncodedDocument document, WordRange words) => document.WordStarts[words.End] - document.WordStarts[words.Start] + 2;

    /// <summary>Writes a window.</summary>
    /// <param name="document">The window's document.</param>
    /// <param name="words">The window's words.</param>
    /// <param name="special">Ids of the special tokens.</param>
    /// <param name="layout">Where the gazetteer's features go.</param>
    /// <param name="ids">The row of subword ids, as long as the batch is padded to.</param>
    /// <param name="mask">The row of the mask, as long.</param>
    /// <param name="features">The row of features, as long times the layout's width.</param>
    /// <returns>The window's length, special tokens included, padding not.</returns>
    internal static int Write(
        EncodedDocument document,
        WordRange words,
        SpecialTokens special,
        FeatureLayout layout,
        Span<long> ids,
        Span<long> mask,
        Span<float> features
    )
    {
        var subwords = document.Subwords[document.WordStarts[words.Start]..document.WordStarts[words.End]];
        var length = subwords.Length + 2;
        ids[0] = special.First;
        for (var i = 0; i < subwords.Length; i++)
            ids[i + 1] = subwords[i];
        ids[length - 1] = special.End;
        ids[length..].Fill(special.Pad);
        mask[..length].Fill(1);
        mask[0] = special.Begin is null ? 0 : 1;
        mask[length..].Clear();
        features.Clear();
        if (layout.Width == 0 || document.Features.IsEmpty)
            return length;
        for (var word = words.Start; word < words.End; word++)
        {
            var position = 1 + document.WordStarts[word] - document.WordStarts[words.Start];
            layout.Write(document.Features[word], features.Slice(position * layout.Width, layout.Width));
        }
        return length;
    }
}
