namespace NerService.Extraction.Grouping;

/// <summary>
/// Names by the hash of each run of words that they begin with, so that the names which go on from given words are found without looking at the
/// others. Linear in the words of the names. Equal hashes are a proposal: whoever finds a name compares the words.
/// </summary>
internal sealed class NamesByWords
{
    private readonly Dictionary<int, List<NameClass>> _names = [];

    /// <summary>Adds a name under each run of its first words but the whole.</summary>
    internal void AddAllShorter(NameClass name, IEnumerable<string> words)
    {
        var (hash, left) = (0, name.Name.Units.Length - 1);
        foreach (var word in words)
        {
            if (left-- <= 0)
                return;
            hash = HashCode.Combine(hash, string.GetHashCode(word, StringComparison.Ordinal));
            if (!_names.TryGetValue(hash, out var names))
                _names.Add(hash, names = []);
            names.Add(name);
        }
    }

    /// <summary>The longer names that were added under exactly these words, in the order in which they were added.</summary>
    internal IReadOnlyList<NameClass> Find(IEnumerable<string> words)
    {
        var hash = 0;
        foreach (var word in words)
            hash = HashCode.Combine(hash, string.GetHashCode(word, StringComparison.Ordinal));
        return _names.GetValueOrDefault(hash) ?? [];
    }
}
