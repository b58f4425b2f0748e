using NerService.Text.Documents;

namespace NerService.Text.Words;

/// <summary>The hashtags of a document that hold several words. <see cref="WordSplitter"/> splits them at each _, which stands between words nowhere
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
            while (end < source.WordCount && source.Gap(end - 1).Contains('_'))
                end++;
            if (end - start > 1)
                yield return new WordRange(start, end);
            start = end;
        }
    }
}
