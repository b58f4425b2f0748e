namespace NerService.Gazetteer.Index;

/// <summary>Texts numbered from 0, one after the other in one array: no object per text. Grows while it is built, by one thread.</summary>
/// <param name="expectedTexts">Initial capacity.</param>
/// <param name="expectedLength">Mean length for which that room is made.</param>
internal sealed class TextPool(int expectedTexts, int expectedLength)
{
    private char[] _characters = new char[expectedTexts * expectedLength];

    /// <summary>Start of each text, and the end of the last.</summary>
    private int[] _starts = new int[expectedTexts + 1];

    internal int Count { get; private set; }

    internal ReadOnlySpan<char> this[int number] => _characters.AsSpan(_starts[number], _starts[number + 1] - _starts[number]);

    /// <returns>The text's number.</returns>
    internal int Add(ReadOnlySpan<char> text)
    {
        var start = _starts[Count];
        if (Count + 2 > _starts.Length)
            Array.Resize(ref _starts, _starts.Length * 2);
        if (start + text.Length > _characters.Length)
            Array.Resize(ref _characters, Math.Max(_characters.Length * 2, start + text.Length));
        text.CopyTo(_characters.AsSpan(start));
        _starts[Count + 1] = start + text.Length;
        return Count++;
    }

    /// <summary>Ends building: gives back the room that was not needed.</summary>
    internal void Trim()
    {
        Array.Resize(ref _characters, _starts[Count]);
        Array.Resize(ref _starts, Count + 1);
    }
}
