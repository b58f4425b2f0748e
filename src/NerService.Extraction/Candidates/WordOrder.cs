namespace NerService.Extraction.Candidates;

/// <summary>Looks into lists that are in document order.</summary>
internal static class WordOrder
{
    /// <summary>Index of the first item that has its place at a word or after it; the number of items where none has. O(log n).</summary>
    internal static int LowerBound<T>(IReadOnlyList<T> items, int word, Func<T, int> placeOf)
    {
        var (low, high) = (0, items.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (placeOf(items[middle]) < word)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
