using NerService.Gazetteer;
using NerService.Gazetteer.Index;
using NerService.Gazetteer.Loading;
using NerService.Gazetteer.Matching;
using NerService.Inference;
using NerService.Text.Clitics;
using NerService.Text.Documents;
using NerService.Text.Labels;

namespace NerService.Extraction.Proposals;

/// <summary>
/// What the model is told of the gazetteers' proposals, as it was trained: all lists speak as one, so at each word the first match counts
/// (<see cref="GazetteerMatch.GoesBefore"/>), and a match within a longer one is dropped. Pure; linear in the number of words.
/// </summary>
internal static class GazetteerFeatures
{
    private const double Heavy = 1e4,
        Heaviest = 1e5;

    /// <summary>What a later match that overlaps an earlier one overwrites.</summary>
    private const WordFeatures OfLastMatch = WordFeatures.Weight10K | WordFeatures.Weight100K | WordFeatures.Seen,
        OfLastBegin = WordFeatures.Cut | WordFeatures.OneWord;

    /// <summary>The features of every word.</summary>
    internal static WordFeatures[] Of(GazetteerProposals proposals, NameParts nameParts)
    {
        var features = new WordFeatures[proposals.Source.WordCount];
        foreach (var match in Read(proposals.Matches))
            Write(match, features);
        for (var word = 0; word < features.Length; word++)
        {
            var kind = NamePart(proposals.Source.Keys.Word(word), nameParts);
            if (kind.HasFlag(NamePartKind.Given))
                features[word] |= WordFeatures.Given;
            if (kind.HasFlag(NamePartKind.Family))
                features[word] |= WordFeatures.Family;
        }
        return features;
    }

    /// <summary>The matches that the model is told of, in document order.</summary>
    internal static List<ModelMatch> Read(IReadOnlyList<GazetteerMatch> matches)
    {
        var read = new List<ModelMatch>();
        var covered = 0;
        for (var i = 0; i < matches.Count; )
        {
            var best = matches[i];
            var next = i + 1;
            for (; next < matches.Count && matches[next].Words.Start == best.Words.Start; next++)
                if (matches[next].GoesBefore(best))
                    best = matches[next];
            var merged = new ModelMatch(best.Words, best.CutLength > 0);
            for (; i < next; i++)
                if (!best.GoesBefore(matches[i]))
                    merged = merged.With(matches[i].Entries);
            // Longer matches that begin earlier are all that can hold this one: each word begins one match.
            if (best.Words.End <= covered)
                continue;
            covered = best.Words.End;
            read.Add(merged);
        }
        return read;
    }

    private static void Write(in ModelMatch match, WordFeatures[] features)
    {
        var all = WordFeatures.None;
        if (match.Weight >= Heavy)
            all |= WordFeatures.Weight10K;
        if (match.Weight >= Heaviest)
            all |= WordFeatures.Weight100K;
        if (match.IsSeenOnly)
            all |= WordFeatures.Seen;
        for (var word = match.Words.Start; word < match.Words.End; word++)
            features[word] = features[word] & ~OfLastMatch | all | (word == match.Words.Start ? match.Types : (WordFeatures)((int)match.Types << 1));
        ref var first = ref features[match.Words.Start];
        first &= ~OfLastBegin;
        if (match.IsCut)
            first |= WordFeatures.Cut;
        if (match.Words.Length == 1)
            first |= WordFeatures.OneWord;
    }

    /// <summary>What part of a name a word is, or else what the first of its cuts is that leaves a known one of three letters or more.</summary>
    private static NamePartKind NamePart(ReadOnlySpan<char> word, NameParts nameParts)
    {
        if (nameParts.Find(word) is not NamePartKind.None and var kind)
            return kind;
        var cuts = new ProcliticCuts();
        foreach (var way in cuts[..Proclitics.List(word, cuts)])
        {
            var rest = way.Rest(word);
            if (rest.Length >= GazetteerMatcher.MinCutKeyLength && nameParts.Find(rest) is not NamePartKind.None and var cut)
                return cut;
        }
        return NamePartKind.None;
    }
}

/// <summary>A match as the model is told of it.</summary>
/// <param name="Words">The words, whole.</param>
/// <param name="IsCut">Whether proclitics were cut off the first word.</param>
internal readonly record struct ModelMatch(WordRange Words, bool IsCut)
{
    /// <summary>What the key may name, as the features of the first word.</summary>
    internal WordFeatures Types { get; private init; }

    /// <summary>Weight of the heaviest entry.</summary>
    internal double Weight { get; private init; }

    /// <summary>Whether only the model's training text knows the name.</summary>
    internal bool IsSeenOnly => Origins == 1 << (int)GazetteerOrigin.TrainingText;

    /// <summary>Whose names they are: a bit for each <see cref="GazetteerOrigin"/>.</summary>
    private int Origins { get; init; }

    /// <summary>Whether the key may name a thing of this type.</summary>
    internal bool Names(EntityType type) => Types.HasFlag(BeginOf(type));

    internal bool IsFrom(GazetteerOrigin origin) => (Origins >> (int)origin & 1) != 0;

    /// <summary>The match with more entries of its key. What the training text says of a name that a list has counts for nothing.</summary>
    internal ModelMatch With(GazetteerEntries entries)
    {
        var origin = entries[0].Origin;
        if (Origins != 0 && origin == GazetteerOrigin.TrainingText)
            return this;
        if (IsSeenOnly)
            return new ModelMatch(Words, IsCut).With(entries);
        var types = Types;
        foreach (var type in EntityTags.Types)
            if ((entries.TypeMask >> (int)type & 1) != 0)
                types |= BeginOf(type);
        return this with { Types = types, Weight = Math.Max(Weight, entries.HeaviestWeight), Origins = Origins | 1 << (int)origin };
    }

    private static WordFeatures BeginOf(EntityType type) => (WordFeatures)(1 << 2 * (int)type);
}
