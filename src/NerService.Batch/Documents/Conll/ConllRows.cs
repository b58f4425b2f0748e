namespace NerService.Batch.Documents.Conll;

/// <summary>The lines of a file's beginning that may hold tokens, cut into columns.</summary>
internal sealed class ConllRows
{
    /// <summary>Cuts them.</summary>
    /// <param name="sentences">The lines of each sentence; none is empty.</param>
    /// <param name="anyWhiteSpace">Whether tabs and spaces separate columns alike.</param>
    internal ConllRows(IEnumerable<List<string>> sentences, bool anyWhiteSpace)
    {
        Sentences = [.. sentences.Select(sentence => sentence.ConvertAll(text => new ConllFields(text, anyWhiteSpace)))];
        All = [.. Sentences.SelectMany(sentence => sentence)];
        AnyWhiteSpace = anyWhiteSpace;
        Most = All.Count == 0 ? 1 : All.Max(row => row.Count);
        AreEven = All.TrueForAll(row => row.Count == Most);
        HaveTabs = All.TrueForAll(row => row.Count == 1 || row.HasTabs);
    }

    internal List<List<ConllFields>> Sentences { get; }

    internal List<ConllFields> All { get; }

    internal bool AnyWhiteSpace { get; }

    internal int Most { get; }

    internal bool AreEven { get; }

    /// <summary>Whether tabs separate the columns of every line that has several.</summary>
    internal bool HaveTabs { get; }
}
