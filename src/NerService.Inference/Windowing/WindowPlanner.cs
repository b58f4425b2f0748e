using NerService.Text.Documents;

namespace NerService.Inference.Windowing;

/// <summary>
/// Cuts a document into overlapping windows on word borders. In an overlap a word belongs to the window where it stands farther from the edge, the
/// earlier one on a tie; a document's own start and end are not edges. Every word is owned by exactly one window and fed to at most two; every window
/// brings a word that the one before did not have.
/// </summary>
internal static class WindowPlanner
{
    /// <summary>Plans the windows of a document.</summary>
    /// <param name="wordStarts">For each word the index of its first subword, and the number of subwords at the end: [words + 1], increasing.</param>
    /// <param name="size">Subwords a window holds at most; at least as many as any word has.</param>
    /// <param name="overlap">Subwords the next window reaches back at most; less where a long word or the window before leaves less room.</param>
    /// <exception cref="ArgumentException">A word has more subwords than a window holds.</exception>
    internal static List<Window> Plan(ReadOnlySpan<int> wordStarts, int size, int overlap)
    {
        var words = wordStarts.Length - 1;
        var windows = new List<Window>();
        if (words <= 0)
            return windows;
        var (start, owned, previousEnd) = (0, 0, 0);
        while (true)
        {
            var end = start;
            while (end < words && wordStarts[end + 1] - wordStarts[start] <= size)
                end++;
            if (end == start)
                throw new ArgumentException(
                    $"Word {start} has {wordStarts[start + 1] - wordStarts[start]} subwords, a window holds {size}.",
                    nameof(wordStarts)
                );
            if (end == words)
            {
                windows.Add(new Window(new WordRange(start, end), new WordRange(owned, end)));
                return windows;
            }
            // Back by the overlap, but not into the window before this one, and only so far that the next word still fits.
            var next = end;
            while (next > Math.Max(start + 1, previousEnd) && wordStarts[end] - wordStarts[next - 1] <= overlap)
                next--;
            while (wordStarts[end + 1] - wordStarts[next] > size && next < end)
                next++;
            var nextEnd = next;
            while (nextEnd < words && wordStarts[nextEnd + 1] - wordStarts[next] <= size)
                nextEnd++;
            var border = Border(start, end, next, nextEnd, words);
            windows.Add(new Window(new WordRange(start, end), new WordRange(owned, border)));
            (start, owned, previousEnd) = (next, border, end);
        }
    }

    /// <summary>The first word of the overlap that stands farther from the edge in the next window than in this one.</summary>
    private static int Border(int start, int end, int next, int nextEnd, int words)
    {
        var word = next;
        while (word < end && DistanceToEdge(word, next, nextEnd, words) <= DistanceToEdge(word, start, end, words))
            word++;
        return word;
    }

    private static int DistanceToEdge(int word, int start, int end, int words) =>
        Math.Min(start == 0 ? int.MaxValue : word - start, end == words ? int.MaxValue : end - 1 - word);
}
