using System.Collections.Immutable;
using System.Numerics;
using NerService.Inference.Models;

namespace NerService.Inference;

/// <summary>Which number of a graph's gazetteer input stands for which <see cref="WordFeatures"/>. Immutable.</summary>
internal sealed class FeatureLayout
{
    private readonly int[] _columns;

    private FeatureLayout(int[] columns, int width) => (_columns, Width) = (columns, width);

    /// <summary>Of a graph that reads no gazetteer.</summary>
    internal static FeatureLayout None { get; } = new(new int[Names.Length], 0);

    /// <summary>What a manifest calls the features, in the order of their bits in <see cref="WordFeatures"/>.</summary>
    internal static ImmutableArray<string> Names =>
        ["PER-B", "PER-I", "LOC-B", "LOC-I", "ORG-B", "ORG-I", "cut", "single", "weight>=1e4", "weight>=1e5", "given", "family", "seen"];

    /// <summary>Numbers that the graph reads for each position; 0 when it reads none.</summary>
    internal int Width { get; }

    /// <summary>Reads a manifest's list.</summary>
    /// <exception cref="ModelLoadException">A name is unknown or appears twice, or there is none.</exception>
    internal static FeatureLayout Of(IReadOnlyList<string> names, string path)
    {
        var known = Names;
        if (names.Count == 0)
            throw new ModelLoadException($"'{path}': gazetteerFeatures.bits is empty.");
        var columns = new int[known.Length];
        Array.Fill(columns, -1);
        for (var i = 0; i < names.Count; i++)
        {
            var bit = known.IndexOf(names[i]);
            if (bit < 0)
                throw new ModelLoadException(
                    $"'{path}': gazetteerFeatures.bits[{i}] is '{names[i]}'; this service computes {string.Join(", ", known)}."
                );
            if (columns[bit] >= 0)
                throw new ModelLoadException($"'{path}': gazetteerFeatures.bits[{i}], '{names[i]}', appears twice.");
            columns[bit] = i;
        }
        return new FeatureLayout(columns, names.Count);
    }

    /// <summary>Writes one word's features; the row holds zeros before.</summary>
    /// <param name="features">The word's.</param>
    /// <param name="row">The numbers of its first subword, <see cref="Width"/> of them.</param>
    internal void Write(WordFeatures features, Span<float> row)
    {
        for (var bits = (uint)features; bits != 0; bits &= bits - 1)
        {
            if (_columns[BitOperations.TrailingZeroCount(bits)] is >= 0 and var column)
                row[column] = 1;
        }
    }
}
