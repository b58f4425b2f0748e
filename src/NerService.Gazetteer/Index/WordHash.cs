namespace NerService.Gazetteer.Index;

/// <summary>
/// Hash of a folded word, computed from its last character to its first, so that the hash of a word with letters put before it continues the hash of
/// the rest. Equal words have equal hashes in every process: nothing is salted, since every hit is compared character by character.
/// </summary>
internal static class WordHash
{
    private const ulong Multiplier = 0x9E37_79B9_7F4A_7C15;

    /// <summary>Hash of <paramref name="restored"/> followed by <paramref name="rest"/>.</summary>
    internal static uint Of(ReadOnlySpan<char> restored, ReadOnlySpan<char> rest) => Finish(Prepend(restored, Prepend(rest, 0)));

    internal static uint Of(ReadOnlySpan<char> word) => Finish(Prepend(word, 0));

    /// <summary>Hash of an edge of <see cref="KeyTrie"/>.</summary>
    internal static uint OfEdge(ulong edge) => Finish(edge * Multiplier);

    /// <summary>Spreads a 64-bit key over 32 bits.</summary>
    private static uint Finish(ulong hash)
    {
        hash ^= hash >> 32;
        hash *= 0xD6E8_FEB8_6659_FD93;
        return (uint)(hash >> 32);
    }

    private static ulong Prepend(ReadOnlySpan<char> characters, ulong hash)
    {
        for (var i = characters.Length - 1; i >= 0; i--)
            hash = (hash + characters[i] + 1) * Multiplier;
        return hash;
    }
}
