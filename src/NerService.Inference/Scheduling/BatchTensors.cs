using NerService.Inference.Tokenization;
using NerService.Text.Documents;

namespace NerService.Inference.Scheduling;

/// <summary>A padded batch as the graph is fed it.</summary>
/// <param name="Ids">Subword ids [Size, Length], padded.</param>
/// <param name="Mask">1 for subwords, 0 for padding; same shape.</param>
/// <param name="Features">What gazetteers propose, at the first subword of each word [Size, Length, <see cref="FeatureLayout.Width"/>]; empty for a
/// graph that reads none.</param>
/// <param name="Size">Windows in the batch.</param>
/// <param name="Length">Padded length.</param>
internal readonly record struct BatchTensors(Memory<long> Ids, Memory<long> Mask, Memory<float> Features, int Size, int Length)
{
    /// <summary>Memory for batches up to a number of padded subwords.</summary>
    internal static BatchTensors Allocate(int capacity, int featureWidth) =>
        new(new long[capacity], new long[capacity], new float[capacity * featureWidth], 1, capacity);

    /// <summary>The first windows of this memory as a batch of another shape; what is in it stays.</summary>
    internal BatchTensors Shape(int size, int length)
    {
        var width = Ids.Length == 0 ? 0 : Features.Length / Ids.Length;
        return new BatchTensors(Ids[..(size * length)], Mask[..(size * length)], Features[..(size * length * width)], size, length);
    }

    /// <summary>One of the windows as a batch of its own, in the same memory.</summary>
    internal BatchTensors Row(int row)
    {
        var numbers = Size == 0 ? 0 : Features.Length / Size;
        return new BatchTensors(Ids.Slice(row * Length, Length), Mask.Slice(row * Length, Length), Features.Slice(row * numbers, numbers), 1, Length);
    }

    /// <summary>Writes a window into one of the batch's rows, over whatever is there.</summary>
    /// <returns>The window's length, special tokens included, padding not.</returns>
    internal int Write(int row, EncodedDocument document, WordRange words, SpecialTokens special, FeatureLayout layout)
    {
        var numbers = Length * layout.Width;
        return BatchRow.Write(
            document,
            words,
            special,
            layout,
            Ids.Span.Slice(row * Length, Length),
            Mask.Span.Slice(row * Length, Length),
            Features.Span.Slice(row * numbers, numbers)
        );
    }
}
