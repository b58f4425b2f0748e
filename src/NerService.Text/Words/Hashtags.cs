using NerService.Text.Documents;

namespace NerService.Text.Words;

/// <summary>The hashtags of a document that hold several words. <see cref="WordSplitter"/> parts them at each _, which stands between words nowhere
/// else.</summary>
public static class Hashtags
{
    /// <summary>Finds them, in document order. A document whose words the caller sent has none: its words stay as they are.</summary>
    public static IEnumerable<WordRange> OfSeveralWords(SourceText source)
    {
        ArgumentNullException.ThrowIfNull(source);
        for (var start = 0; start < source.WordCount; )
        {
            var end = start + 1;
            while (end < source.WordCount && IsJoined(source, end))
                end++;
            if (end - start > 1)
                yield return new WordRange(start, end);
            start = end;
        }
    }

    private static bool IsJoined(SourceText source, int word) =>
        source.Text.AsSpan(source.Words[word - 1].End, source.Words[word].Start - source.Words[word - 1].End).Contains('_');
}
