using NerService.Gazetteer.Index;
using NerService.Gazetteer.Matching;
using NerService.Workbench.Evaluation;
using NerService.Workbench.Training;

namespace NerService.Cli.Gazetteer;

/// <summary>How often the matches of one key were right in annotated text.</summary>
internal sealed class MatchCount(GazetteerEntries entries)
{
    internal GazetteerEntries Entries { get; } = entries;

    /// <summary>A name of these words and one of the key's types.</summary>
    internal int Right { get; set; }

    /// <summary>A name of these words, of another type.</summary>
    internal int OtherType { get; set; }

    /// <summary>A part of a name, or more than one.</summary>
    internal int OtherWords { get; set; }

    /// <summary>No name at all.</summary>
    internal int NoName { get; set; }

    internal int All => Right + OtherType + OtherWords + NoName;
}

/// <summary>Counts for each key of a gazetteer how often its matches are names in annotated text.</summary>
internal sealed class MatchCounts(GazetteerIndex index)
{
    private readonly Dictionary<IndexedEntry, MatchCount> _byKey = [];

    /// <summary>The keys that matched, most often wrong first.</summary>
    internal IEnumerable<MatchCount> WorstFirst =>
        _byKey
            .Values.OrderByDescending(count => count.NoName)
            .ThenBy(count => count.Right)
            .ThenBy(count => count.Entries[0].Surface, StringComparer.Ordinal);

    /// <summary>Counts the matches of a file, sentence by sentence.</summary>
    internal void Add(ConllFile file)
    {
        foreach (var document in LabelledDocuments.ForScoring(file, EvalUnit.Sentence, ScoredLabels.OfTypes))
        {
            var names = new LabelledEntity?[document.Source.WordCount];
            foreach (var entity in document.Entities)
                Array.Fill(names, entity, entity.Words.Start, entity.Words.Length);
            foreach (var match in GazetteerMatcher.Match(document.Source, index))
                Count(match, names);
        }
    }

    private void Count(in GazetteerMatch match, LabelledEntity?[] names)
    {
        if (!_byKey.TryGetValue(match.Entries[0], out var count))
            _byKey.Add(match.Entries[0], count = new MatchCount(match.Entries));
        var covered = names.AsSpan(match.Words.Start, match.Words.Length);
        if (covered[0] is { } name && name.Words == match.Words)
        {
            if ((match.Entries.TypeMask >> (int)name.Type & 1) != 0)
                count.Right++;
            else
                count.OtherType++;
        }
        else if (!covered.ContainsAnyExcept((LabelledEntity?)null))
            count.NoName++;
        else
            count.OtherWords++;
    }
}
