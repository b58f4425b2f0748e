using NerService.Text.Documents;

namespace NerService.Inference.Decoding;

/// <summary>Reads entities out of label sequences.</summary>
public static class LabelSpans
{
    /// <summary>The typed word ranges of a constrained label sequence, in order.</summary>
    public static List<(WordRange Words, string Type)> Read(LabelSet labels, ReadOnlySpan<int> path)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var spans = new List<(WordRange, string)>();
        for (var start = 0; start < path.Length; start++)
        {
            if (path[start] == labels.Outside)
                continue;
            var end = start + 1;
            while (end < path.Length && labels.IsInside(path[end]) && labels.Type(path[end]) == labels.Type(path[start]))
                end++;
            spans.Add((new WordRange(start, end), labels.Type(path[start])));
            start = end - 1;
        }
        return spans;
    }
}
