namespace NerService.Gazetteer;

/// <summary>
/// The distinct folded words of an index, numbered from 0 in the order they were added. Open addressing with linear probing; a slot holds hash and
/// number, so that a word that is not there costs one look into one array. Grows while it is built, by one thread; read by any number afterwards.
/// </summary>
internal sealed class WordTable
{
    /// <summary>Hash in the upper half, number + 1 in the lower; 0 is an empty slot. A power of two long, at most half full.</summary>
    private ulong[] _slots = new ulong[64];

    private char[] _characters = new char[256];

    /// <summary>Start of each word in <see cref="_characters"/>, and the end of the last.</summary>
    private int[] _starts = new int[32];

    internal int Count { get; private set; }

    /// <summary>Finds the word that <paramref name="restored"/> and <paramref name="rest"/> make together.</summary>
    /// <returns>Its number, or -1.</returns>
    internal int Find(uint hash, ReadOnlySpan<char> restored, ReadOnlySpan<char> rest)
    {
        var slots = _slots;
        for (var i = hash & (uint)(slots.Length - 1); slots[i] is var slot && slot != 0; i = (i + 1) & (uint)(slots.Length - 1))
        {
            if ((uint)(slot >> 32) != hash) continue;
            var number = (int)(uint)slot - 1;
            var word = Word(number);
            if (word.Length == restored.Length + rest.Length && word.StartsWith(restored) && word[restored.Length..].SequenceEqual(rest)) return number;
        }
        return -1;
    }

    /// <summary>The number of a word, a new one if it is not there yet.</summary>
    internal int Add(ReadOnlySpan<char> word)
    {
        var hash = WordHash.Of(word);
        var found = Find(hash, [], word);
        if (found >= 0) return found;
        if ((Count + 1) * 2 > _slots.Length) Rehash(_slots.Length * 2);
        var start = _starts[Count];
        if (Count + 2 > _starts.Length) Array.Resize(ref _starts, _starts.Length * 2);
        while (start + word.Length > _characters.Length) Array.Resize(ref _characters, _characters.Length * 2);
        word.CopyTo(_characters.AsSpan(start));
        _starts[Count + 1] = start + word.Length;
        Insert(_slots, (ulong)hash << 32 | (uint)(Count + 1));
        return Count++;
    }

    /// <summary>Gives back the room that growing left over.</summary>
    internal void Trim()
    {
        Array.Resize(ref _starts, Count + 1);
        Array.Resize(ref _characters, _starts[Count]);
    }

    private ReadOnlySpan<char> Word(int number) => _characters.AsSpan(_starts[number], _starts[number + 1] - _starts[number]);

    private void Rehash(int size)
    {
        var slots = new ulong[size];
        foreach (var slot in _slots)
            if (slot != 0) Insert(slots, slot);
        _slots = slots;
    }

    private static void Insert(ulong[] slots, ulong slot)
    {
        var i = (uint)(slot >> 32) & (uint)(slots.Length - 1);
        while (slots[i] != 0) i = (i + 1) & (uint)(slots.Length - 1);
        slots[i] = slot;
    }
}
