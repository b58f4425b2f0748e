namespace NerService.Text.Documents;

/// <summary>
/// Converts UTF-16 offsets of one text to another unit and back. Building it is one pass over the text; a look-up costs at most one stretch of
/// <see cref="Stride"/> code units, and nothing where both units agree on the whole text. Immutable, safe to share.
/// </summary>
public sealed class OffsetMap
{
    private const int Stride = 64;

    private readonly string _text;
    private readonly OffsetUnit _unit;

    /// <summary>Converted offset at every multiple of <see cref="Stride"/>; null when the units agree.</summary>
    private readonly int[]? _checkpoints;

    /// <summary>Prepares the conversion of offsets into <paramref name="text"/>.</summary>
    /// <param name="text">The text that the offsets index.</param>
    /// <param name="unit">The unit to convert to.</param>
    public OffsetMap(string text, OffsetUnit unit)
    {
        ArgumentNullException.ThrowIfNull(text);
        _text = text;
        _unit = unit;
        if (!UnitsAgree(text, unit))
            _checkpoints = BuildCheckpoints();
    }

    /// <summary>Converts a span of UTF-16 code units to the map's unit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The span reaches past the text.</exception>
    public TextSpan Convert(TextSpan utf16) => new(Convert(utf16.Start), Convert(utf16.End));

    /// <summary>Converts a UTF-16 offset to the map's unit.</summary>
    /// <param name="utf16">In [0, length of the text]; not between the halves of a surrogate pair.</param>
    /// <exception cref="ArgumentOutOfRangeException">The offset lies outside the text.</exception>
    public int Convert(int utf16)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(utf16);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(utf16, _text.Length);
        if (_checkpoints is null)
            return utf16;
        var checkpoint = utf16 / Stride;
        return _checkpoints[checkpoint] + Measure(checkpoint * Stride, utf16);
    }

    private static bool UnitsAgree(string text, OffsetUnit unit) =>
        unit switch
        {
            OffsetUnit.Utf16 => true,
            OffsetUnit.CodePoint => text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0,
            OffsetUnit.Utf8 => System.Text.Ascii.IsValid(text),
            _ => throw new ArgumentOutOfRangeException(nameof(unit), unit, "Unknown offset unit."),
        };

    private int[] BuildCheckpoints()
    {
        var checkpoints = new int[_text.Length / Stride + 1];
        for (int k = 1, total = 0; k < checkpoints.Length; k++)
            checkpoints[k] = total += Measure((k - 1) * Stride, k * Stride);
        return checkpoints;
    }

    /// <summary>Length of [start, end) in the map's unit. A pair counts where it begins, so the sum over adjacent stretches is exact.</summary>
    private int Measure(int start, int end)
    {
        var total = 0;
        foreach (var rune in _text.AsSpan(BehindPair(start)..BehindPair(end)).EnumerateRunes())
            total += _unit == OffsetUnit.CodePoint ? 1 : rune.Utf8SequenceLength;
        return total;
    }

    private int BehindPair(int i) => i > 0 && i < _text.Length && char.IsSurrogatePair(_text[i - 1], _text[i]) ? i + 1 : i;
}
