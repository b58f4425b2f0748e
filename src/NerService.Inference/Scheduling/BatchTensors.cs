using NerService.Inference.Tokenization;
using NerService.Text.Documents;

namespace NerService.Inference.Scheduling;

/// <summary>A padded batch as the graph is fed it.</summary>
/// <param name="Ids">Subword ids [Size, Length], padded.</param>
/// <param name="Mask">1 for subwords, 0 for padding; same shape.</param>
/// <param name="Features">What gazetteers propose, at each word's head [Size, Length, <see cref="FeatureLayout.Width"/>]; empty for a graph that
/// reads none.</param>
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

    /// <summary>Positions that a window takes, special tokens included.</summary>
    internal static int LengthOf(EncodedDocument document, WordRange words) => document.WordStarts[words.End] - document.WordStarts[words.Start] + 2;

    /// <summary>Writes a window into one of the rows, over whatever is there: its begin token, its subwords, its end token, padding.</summary>
    /// <returns>The window's length, special tokens included, padding not.</returns>
    internal int Write(int row, EncodedDocument document, WordRange words, SpecialTokens special, FeatureLayout layout)
    {
        var ids = Ids.Span.Slice(row * Length, Length);
        var mask = Mask.Span.Slice(row * Length, Length);
        var features = Features.Span.Slice(row * Length * layout.Width, Length * layout.Width);
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
            var position = 1 + document.Heads[word] - document.WordStarts[words.Start];
            layout.Write(document.Features[word], features.Slice(position * layout.Width, layout.Width));
        }
        return length;
    }
}
