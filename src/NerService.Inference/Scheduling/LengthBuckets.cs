namespace NerService.Inference.Scheduling;

/// <summary>
/// The fixed set of padded lengths. A window of a given length always gets the same padded length, whoever shares its batch, and the number of shapes
/// that ONNX Runtime sees is bounded. A run takes as long as it has subwords, padding included, and most of what several windows in one run save is
/// saved by two or three of them, so the steps are small: of 4 up to 64, of 8 up to 128, of 16 beyond; above 20 at most one subword in eight is
/// padding.
/// </summary>
internal sealed class LengthBuckets
{
    private const int Shortest = 8;

    private readonly int[] _lengths;

    /// <summary>Creates the buckets for windows up to a length.</summary>
    /// <param name="maxLength">Longest window, special tokens included; at least 1.</param>
    /// <param name="maxPositions">Positions the model has; no bucket is longer.</param>
    /// <param name="fixedLength">The one length that the graph takes; null when it takes any.</param>
    internal LengthBuckets(int maxLength, int maxPositions, int? fixedLength = null)
    {
        if (fixedLength is { } only)
        {
            _lengths = [only];
            return;
        }
        var lengths = new List<int>();
        for (var length = Shortest; lengths.Count == 0 || lengths[^1] < maxLength; length += Step(length))
            lengths.Add(Math.Min(length, maxPositions));
        _lengths = [.. lengths];
    }

    /// <summary>The longest.</summary>
    internal int MaxLength => _lengths[^1];

    /// <summary>What a window is padded to.</summary>
    /// <param name="length">Its length, special tokens included; at most <see cref="MaxLength"/>.</param>
    internal int Fit(int length)
    {
        var index = Array.BinarySearch(_lengths, length);
        return _lengths[index >= 0 ? index : ~index];
    }

    private static int Step(int length) =>
        length < 64 ? 4
        : length < 128 ? 8
        : 16;
}
