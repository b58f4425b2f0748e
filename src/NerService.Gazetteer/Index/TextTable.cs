using System.Numerics;

namespace NerService.Gazetteer.Index;

/// <summary>
/// Distinct texts, numbered from 0 in the order they were added, and found by hash. Open addressing with linear probing; a slot holds hash and
/// number, so that a text that is not there costs one look into one array. Grows while it is built, by one thread; read by any number afterwards.
/// </summary>
internal sealed class TextTable
{
    private const int BitsPerSlot = 8;

    /// <summary>Hash in the upper half, number + 1 in the lower; 0 is an empty slot. A power of two long, at most half full.</summary>
    private ulong[] _slots;

    /// <summary>One bit for each value of the hash's upper bits, set where a text has it. Eight times smaller than the slots, so that it stays in the
    /// cache however many there are: most words of a text are in no gazetteer, and are known by this alone to be in none.</summary>
    private ulong[] _filter;

    private int _filterShift;

    /// <summary>Makes an empty table.</summary>
    /// <param name="expectedTexts">Initial capacity: growing copies everything, and memory that was never touched is slow.</param>
    /// <param name="expectedLength">Mean length of a text for which that room is made.</param>
    internal TextTable(int expectedTexts, int expectedLength)
    {
        expectedTexts = Math.Max(32, expectedTexts);
        (_slots, _filter, _filterShift) = Rooms((int)BitOperations.RoundUpToPowerOf2((uint)expectedTexts) * 2);
        Texts = new TextPool(expectedTexts, expectedLength);
    }

    /// <summary>The texts by number. All that is needed where nothing is looked up any more.</summary>
    internal TextPool Texts { get; }

    internal int Count => Texts.Count;

    /// <summary>Finds the text that <paramref name="restored"/> and <paramref name="rest"/> make together.</summary>
    /// <returns>Its number, or -1.</returns>
    internal int Find(uint hash, ReadOnlySpan<char> restored, ReadOnlySpan<char> rest)
    {
        var bit = hash >> _filterShift;
        if ((_filter[bit / 64] >> (int)(bit % 64) & 1) == 0)
            return -1;
        var slots = _slots;
        for (var i = hash & (uint)(slots.Length - 1); slots[i] is var slot && slot != 0; i = (i + 1) & (uint)(slots.Length - 1))
        {
            if ((uint)(slot >> 32) != hash)
                continue;
            var number = (int)(uint)slot - 1;
            var text = Texts[number];
            if (text.Length != restored.Length + rest.Length)
                continue;
            if (text.StartsWith(restored) && text[restored.Length..].SequenceEqual(rest))
                return number;
        }
        return -1;
    }

    /// <summary>The number of a text, a new one if it is not there yet.</summary>
    /// <param name="text">The text.</param>
    /// <param name="likely">The number of a text that it is likely to equal, which is compared first; negative for none.</param>
    internal int Add(ReadOnlySpan<char> text, int likely = -1)
    {
        if (likely >= 0 && Texts[likely].SequenceEqual(text))
            return likely;
        var hash = WordHash.Of(text);
        var found = Find(hash, [], text);
        if (found >= 0)
            return found;
        if ((Count + 1) * 2 > _slots.Length)
            Rehash(_slots.Length * 2);
        var number = Texts.Add(text);
        Insert((ulong)hash << 32 | (uint)(number + 1));
        return number;
    }

    private void Rehash(int size)
    {
        var old = _slots;
        (_slots, _filter, _filterShift) = Rooms(size);
        foreach (var slot in old)
            if (slot != 0)
                Insert(slot);
    }

    private static (ulong[] Slots, ulong[] Filter, int FilterShift) Rooms(int slots)
    {
        // Past 2^32 bits the hash has no more to tell apart.
        var filterBits = Math.Min(32, BitOperations.Log2((uint)slots) + BitOperations.Log2(BitsPerSlot));
        return (new ulong[slots], new ulong[(1L << filterBits) / 64], 32 - filterBits);
    }

    private void Insert(ulong slot)
    {
        var hash = (uint)(slot >> 32);
        var bit = hash >> _filterShift;
        _filter[bit / 64] |= 1UL << (int)(bit % 64);
        var i = hash & (uint)(_slots.Length - 1);
        while (_slots[i] != 0)
            i = (i + 1) & (uint)(_slots.Length - 1);
        _slots[i] = slot;
    }
}
