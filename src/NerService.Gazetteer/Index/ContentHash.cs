using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using NerService.Text.Labels;

namespace NerService.Gazetteer.Index;

/// <summary>Versions: the first 64 bits of a SHA-256, in hexadecimal.</summary>
internal static class ContentHash
{
    /// <summary>Hash of several contents; where one ends and the next begins matters.</summary>
    internal static string Of(IEnumerable<byte[]> contents)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[8];
        foreach (var content in contents)
        {
            BinaryPrimitives.WriteInt64LittleEndian(length, content.Length);
            hash.AppendData(length);
            hash.AppendData(content);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
    }

    internal static string OfEntries(IEnumerable<IndexedEntry> entries) => Of(entries.SelectMany(Parts));

    private static IEnumerable<byte[]> Parts(IndexedEntry entry)
    {
        yield return Encoding.Unicode.GetBytes(entry.Surface);
        yield return Encoding.Unicode.GetBytes(entry.Id);
        yield return Encoding.Unicode.GetBytes(entry.Canonical);
        var numbers = new byte[9];
        numbers[0] = (byte)entry.Type;
        BinaryPrimitives.WriteDoubleLittleEndian(numbers.AsSpan(1), entry.Weight);
        yield return numbers;
        if (entry.Label != EntityLabel.Of(entry.Type))
            yield return Encoding.Unicode.GetBytes(entry.Label.Name);
    }
}
