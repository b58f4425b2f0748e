using NerService.Text;

namespace NerService.Cli.Evaluation;

/// <summary>A typed range of words.</summary>
internal readonly record struct TaggedSpan(WordRange Words, string Type);

/// <summary>
/// Reads spans out of any BIO sequence as seqeval's default mode does: B-X begins a span; I-X continues one of its own type and otherwise, an orphan,
/// begins one; O and the end of the sequence end one.
/// </summary>
internal static class TaggedSpans
{
    /// <summary>The spans of a sequence, in order.</summary>
    /// <param name="tags">O, B-X or I-X each.</param>
    internal static List<TaggedSpan> Read(IReadOnlyList<string> tags)
    {
        var spans = new List<TaggedSpan>();
        var start = -1;
        for (var i = 0; i <= tags.Count; i++)
        {
            var continues = i < tags.Count && start >= 0 && tags[i][0] == 'I' && tags[i].AsSpan(2).SequenceEqual(tags[start].AsSpan(2));
            if (continues) continue;
            if (start >= 0) spans.Add(new TaggedSpan(new WordRange(start, i), tags[start][2..]));
            start = i < tags.Count && tags[i] != "O" ? i : -1;
        }
        return spans;
    }
}
