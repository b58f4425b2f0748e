using System.Buffers;
using System.Text;

namespace NerService.Gazetteer;

/// <summary>The written parts of an index's entries, by entry number. Immutable once the index is built; strings are made only when asked for.</summary>
internal abstract class EntryTexts
{
    internal abstract string Surface(int entry);

    internal abstract string Id(int entry);

    /// <summary>The canonical name that the entry itself gives; null when it gives none.</summary>
    internal abstract string? Canonical(int entry);

    /// <summary>Whether a text is written as the entry's surface, whitespace apart.</summary>
    internal abstract bool IsWrittenAs(int entry, ReadOnlySpan<char> text);

    internal abstract bool HasId(int entry);

    internal abstract uint IdHash(int entry);

    internal abstract bool SameId(int left, int right);

    internal abstract bool SameSurface(int left, int right);

    /// <summary>The same texts with entry i of the new order being entry <paramref name="order"/>[i] of this one.</summary>
    internal abstract EntryTexts Reorder(ReadOnlySpan<int> order);

    /// <summary>Whether two texts have the same characters in the same order when whitespace is left out of both.</summary>
    protected static bool EqualsWithoutWhitespace(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        var (i, j) = (0, 0);
        while (true)
        {
            while (i < left.Length && char.IsWhiteSpace(left[i])) i++;
            while (j < right.Length && char.IsWhiteSpace(right[j])) j++;
            if (i == left.Length || j == right.Length) return i == left.Length && j == right.Length;
            if (left[i++] != right[j++]) return false;
        }
    }
}

/// <summary>Entries as the caller made them.</summary>
internal sealed class ListedTexts(GazetteerEntry[] entries) : EntryTexts
{
    internal override string Surface(int entry) => entries[entry].Surface;

    internal override string Id(int entry) => entries[entry].Id;

    internal override string? Canonical(int entry) => entries[entry].Canonical;

    internal override bool IsWrittenAs(int entry, ReadOnlySpan<char> text) => EqualsWithoutWhitespace(entries[entry].Surface, text);

    internal override bool HasId(int entry) => entries[entry].Id.Length > 0;

    internal override uint IdHash(int entry) => WordHash.Of(entries[entry].Id);

    internal override bool SameId(int left, int right) => string.Equals(entries[left].Id, entries[right].Id, StringComparison.Ordinal);

    internal override bool SameSurface(int left, int right) => string.Equals(entries[left].Surface, entries[right].Surface, StringComparison.Ordinal);

    internal override ListedTexts Reorder(ReadOnlySpan<int> order)
    {
        var reordered = new GazetteerEntry[order.Length];
        for (var i = 0; i < reordered.Length; i++) reordered[i] = entries[order[i]];
        return new ListedTexts(reordered);
    }
}

/// <summary>Entries as lines of files: the files' own bytes and where each line starts. A million entries cost their files and four bytes each.</summary>
/// <param name="bytes">UTF-8, every line checked, the files parted by a line feed.</param>
/// <param name="lines">Where the line of each entry starts.</param>
internal sealed class FileTexts(byte[] bytes, int[] lines) : EntryTexts
{
    internal override string Surface(int entry) => Encoding.UTF8.GetString(Column(entry, 0));

    internal override string Id(int entry) => Encoding.UTF8.GetString(Column(entry, 2));

    internal override string? Canonical(int entry) => Column(entry, 4) is { IsEmpty: false } canonical ? Encoding.UTF8.GetString(canonical) : null;

    internal override bool IsWrittenAs(int entry, ReadOnlySpan<char> text)
    {
        var surface = Column(entry, 0);
        Span<char> characters = stackalloc char[GazetteerRules.MaxSurfaceLength];
        return EqualsWithoutWhitespace(characters[..Encoding.UTF8.GetChars(surface, characters)], text);
    }

    internal override bool HasId(int entry) => true;

    internal override uint IdHash(int entry)
    {
        var hash = 0UL;
        foreach (var b in Column(entry, 2)) hash = (hash + b + 1) * 0x9E37_79B9_7F4A_7C15;
        return WordHash.Finish(hash);
    }

    internal override bool SameId(int left, int right) => Column(left, 2).SequenceEqual(Column(right, 2));

    internal override bool SameSurface(int left, int right) => Column(left, 0).SequenceEqual(Column(right, 0));

    internal override FileTexts Reorder(ReadOnlySpan<int> order)
    {
        var reordered = new int[order.Length];
        for (var i = 0; i < reordered.Length; i++) reordered[i] = lines[order[i]];
        return new FileTexts(bytes, reordered);
    }

    private ReadOnlySpan<byte> Column(int entry, int column)
    {
        var line = bytes.AsSpan(lines[entry]);
        while (column-- > 0)
        {
            var skip = line.IndexOfAny((byte)'\t', (byte)'\n');
            if (skip < 0 || line[skip] == '\n') return [];
            line = line[(skip + 1)..];
        }
        var end = line.IndexOfAny(ColumnEnds);
        return (end < 0 ? line : line[..end]).Trim(" "u8);
    }

    private static readonly SearchValues<byte> ColumnEnds = SearchValues.Create("\t\r\n"u8);
}
