using System.Buffers;
using System.Text;

namespace NerService.Text.Documents;

/// <summary>
/// Tells text that is not UTF-8 by its first bytes. Arabic in UTF-16 is valid UTF-8 byte by byte, so validity alone does not tell: its letters come
/// as a low byte and 0x06, a control character that text does not hold.
/// </summary>
public static class TextEncodings
{
    /// <summary>Bytes from the start of a file that are enough to judge it by.</summary>
    public const int HeadBytes = 4096;

    /// <summary>Of two bytes, how many pairs must say UTF-16 where there is no byte order mark and no NUL.</summary>
    private const double PairShare = 0.6;

    /// <summary>Bytes that are no UTF-8 that it takes to judge a file, instead of the lines that they stand in.</summary>
    private const int FewestLetters = 8;

    /// <summary>Says why a file with this beginning cannot be UTF-8 text.</summary>
    /// <param name="head">The first bytes, <see cref="HeadBytes"/> of them or the whole file where it is shorter.</param>
    /// <returns>What it is instead, to complete "The file …"; null when nothing speaks against UTF-8.</returns>
    public static string? WhyNotUtf8(ReadOnlySpan<byte> head)
    {
        if (head is [0xFF, 0xFE, 0, 0, ..])
            return Is("UTF-32LE", "its byte order mark FF FE 00 00");
        if (head is [0, 0, 0xFE, 0xFF, ..])
            return Is("UTF-32BE", "its byte order mark 00 00 FE FF");
        if (head is [0xFF, 0xFE, ..])
            return Is("UTF-16LE", "its byte order mark FF FE");
        if (head is [0xFE, 0xFF, ..])
            return Is("UTF-16BE", "its byte order mark FE FF");
        if (Container(head) is { } container)
            return $"is {container}, not text";
        var nul = head.IndexOf((byte)0);
        if (WideUnits(head, nul >= 0) is { } encoding)
            return Is(encoding, nul >= 0 ? $"a NUL byte at offset {nul}" : "its pairs of bytes");
        if (nul >= 0)
            return $"is not text: it has a NUL byte at offset {nul}";
        return HasBytesForLetters(head)
            ? "is not UTF-8: its letters are of one byte each, as in windows-1256 or ISO-8859-6; convert it (iconv -f WINDOWS-1256 -t UTF-8)"
            : null;
    }

    /// <summary>What files that contain text, but are not text, begin with.</summary>
    private static string? Container(ReadOnlySpan<byte> head) =>
        head switch
        {
            [0x1F, 0x8B, ..] => "compressed by gzip",
            [0x28, 0xB5, 0x2F, 0xFD, ..] => "compressed by zstd",
            [(byte)'B', (byte)'Z', (byte)'h', >= (byte)'1' and <= (byte)'9', 0x31, 0x41, ..] => "compressed by bzip2",
            [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, ..] => "compressed by xz",
            [(byte)'P', (byte)'K', 3, 4, ..] => "a ZIP archive or an office document",
            [(byte)'%', (byte)'P', (byte)'D', (byte)'F', (byte)'-', ..] => "a PDF document",
            [(byte)'P', (byte)'A', (byte)'R', (byte)'1', ..] => "a Parquet file",
            _ => null,
        };

    /// <summary>Whether hardly any letter beyond ASCII is UTF-8, and there are enough of them to say so.</summary>
    private static bool HasBytesForLetters(ReadOnlySpan<byte> head)
    {
        var (letters, others) = (0, 0);
        while (!head.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(head, out var rune, out var length);
            if (status == OperationStatus.InvalidData)
                others++;
            else if (!rune.IsAscii)
                letters++;
            head = head[length..];
        }
        return others >= FewestLetters && others > 4 * letters;
    }

    private static string Is(string encoding, string evidence) =>
        $"is {encoding}, not UTF-8: {evidence} says so; convert it (iconv -f {encoding} -t UTF-8)";

    /// <summary>The encoding of two or four bytes per character that the bytes look like; null for none.</summary>
    private static string? WideUnits(ReadOnlySpan<byte> head, bool hasNul)
    {
        if (hasNul && IsUtf32(head, top: 3, plane: 2))
            return "UTF-32LE";
        if (hasNul && IsUtf32(head, top: 0, plane: 1))
            return "UTF-32BE";
        Span<int> high = [0, 0];
        for (var i = 0; i < head.Length; i++)
            if (head[i] is 0 or 6)
                high[i % 2]++;
        var pairs = head.Length / 2;
        // A NUL as a whole pair stands in no text: the file is something else, with many small numbers.
        for (var i = 0; i + 1 < head.Length; i += 2)
            if (head[i] == 0 && head[i + 1] == 0)
                return null;
        if (pairs == 0 || Math.Max(high[0], high[1]) < PairShare * pairs)
            return null;
        return high[1] > high[0] ? "UTF-16LE" : "UTF-16BE";
    }

    /// <summary>Whether every four bytes are a code point: the highest is 0, the one beside it a plane, at most 16.</summary>
    private static bool IsUtf32(ReadOnlySpan<byte> head, int top, int plane)
    {
        for (var unit = head; unit.Length >= 4; unit = unit[4..])
            if (unit[top] != 0 || unit[plane] > 0x10)
                return false;
        return head.Length >= 4;
    }
}
