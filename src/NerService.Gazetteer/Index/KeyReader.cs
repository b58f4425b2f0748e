using NerService.Text.Folding;
using NerService.Text.Words;

namespace NerService.Gazetteer.Index;

/// <summary>Reads a surface into the folded words of its key. Reusable, not thread-safe; allocates nothing after its creation.</summary>
internal sealed class KeyReader
{
    private readonly char[] _characters = new char[GazetteerRules.MaxSurfaceLength * ArabicFolding.MaxExpansion];
    private readonly int[] _ends = new int[GazetteerRules.MaxSurfaceWords];

    internal int WordCount { get; private set; }

    /// <summary>A folded word of the key last read.</summary>
    internal ReadOnlySpan<char> Word(int index)
    {
        var start = index == 0 ? 0 : _ends[index - 1];
        return _characters.AsSpan(start, _ends[index] - start);
    }

    /// <summary>Reads a surface.</summary>
    /// <returns>Why it cannot be a key; null when it can.</returns>
    internal string? Read(ReadOnlySpan<char> surface)
    {
        WordCount = 0;
        if (surface.Length > GazetteerRules.MaxSurfaceLength)
            return $"the surface has {surface.Length} UTF-16 code units, at most {GazetteerRules.MaxSurfaceLength} are allowed";
        var end = 0;
        var words = 0;
        foreach (var span in WordSplitter.Enumerate(surface))
        {
            var length = FoldedText.FoldWord(surface[span.Start..span.End], _characters.AsSpan(end), []);
            if (length == 0)
                continue;
            if (words < _ends.Length)
                _ends[words] = end += length;
            words++;
        }
        if (words == 0)
            return "nothing of the surface is left when it is folded";
        if (words > _ends.Length)
            return $"the surface has {words} words, at most {_ends.Length} are allowed";
        WordCount = words;
        return null;
    }
}
