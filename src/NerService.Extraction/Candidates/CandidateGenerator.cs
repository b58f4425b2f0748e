using NerService.Text.Documents;
using NerService.Text.Labels;

namespace NerService.Extraction.Candidates;

/// <summary>
/// Proposes the spans worth judging: the model's own, their runner-up types and boundaries, the parts of a span that runs over a coordinating و,
/// stretches where the model wavered, and the gazetteer's matches (names that are ordinary words too back the model's spans only). What is of none of
/// the types that are judged comes up as the model or a user's own gazetteer has it. Pure; each typed span comes up once, in document order.
/// </summary>
internal static class CandidateGenerator
{
    /// <summary>A word that may belong to an entity with less than this is not offered as part of one.</summary>
    private const float Worth = 0.05f;

    /// <summary>No more parts of a coordination are offered as one name: a text of nothing but و makes no more than this for each word.</summary>
    internal const int MaxPartsInOne = 4;

    internal static List<Candidate> Generate(LabelEvidence labels, GazetteerEvidence gazetteer)
    {
        var seen = new Dictionary<(WordRange, EntityLabel), CandidateOrigin>();
        foreach (var (words, label) in labels.ModelSpans)
            Add(words, label.OfType, CandidateOrigin.Model);
        foreach (var match in gazetteer.Matches)
            if (!match.Entry.NeedsContext && (match.Type != EntityType.Other || match.IsUsers))
                Add(match.Words, match.Kind, CandidateOrigin.Gazetteer);
        foreach (var (words, label) in labels.ModelSpans)
        {
            if (label.Type is EntityType.Other)
                continue;
            var type = label.Type;
            AddRunnerUpTypes(words, type);
            AddBoundaries(words, type);
            AddParts(words, type);
        }
        AddWavering();

        var candidates = new List<Candidate>(seen.Count);
        foreach (var ((words, kind), origin) in seen)
            candidates.Add(new Candidate(words, labels.LabelOf(words, kind), origin, gazetteer.Find(words, kind)));
        candidates.Sort(
            static (a, b) => (a.Words.Start, a.Words.End, a.Type, a.Label.Name).CompareTo((b.Words.Start, b.Words.End, b.Type, b.Label.Name))
        );
        return candidates;

        void Add(WordRange words, EntityLabel kind, CandidateOrigin origin) => seen.TryAdd((words, kind), origin);

        void AddRunnerUpTypes(WordRange words, EntityType type)
        {
            for (var t = 0; t < LabelEvidence.Types; t++)
            {
                var other = (EntityType)t;
                if (other != type && MeanOfType(labels, words, other) >= Worth)
                    Add(words, other, CandidateOrigin.RunnerUpType);
            }
        }

        void AddBoundaries(WordRange words, EntityType type)
        {
            if (words.Start > 0 && labels.OfType(words.Start - 1, type) >= Worth)
                Add(words with { Start = words.Start - 1 }, type, CandidateOrigin.RunnerUpBoundary);
            if (words.End < labels.WordCount && labels.OfType(words.End, type) >= Worth)
                Add(words with { End = words.End + 1 }, type, CandidateOrigin.RunnerUpBoundary);
            if (words.Length < 2)
                return;
            if (1 - labels.OfType(words.Start, type) >= Worth || labels.Begin(words.Start + 1, type) >= Worth)
                Add(words with { Start = words.Start + 1 }, type, CandidateOrigin.RunnerUpBoundary);
            if (1 - labels.Inside(words.End - 1, type) >= Worth)
                Add(words with { End = words.End - 1 }, type, CandidateOrigin.RunnerUpBoundary);
        }

        void AddParts(WordRange words, EntityType type)
        {
            var parts = gazetteer.CoordinationOf(words, type).Parts;
            for (var first = 0; first < parts.Count; first++)
            {
                for (var last = first; last < Math.Min(parts.Count, first + MaxPartsInOne) && (first > 0 || last + 1 < parts.Count); last++)
                    Add(new WordRange(parts[first].Start, parts[last].End), type, CandidateOrigin.CoordinatedPart);
            }
        }

        void AddWavering()
        {
            for (var word = 0; word < labels.WordCount; word++)
            {
                if (labels.ModelSpanAt(word) >= 0 || 1 - labels.Outside(word) < Worth)
                    continue;
                for (var t = 0; t < LabelEvidence.Types; t++)
                {
                    var type = (EntityType)t;
                    if (labels.OfType(word, type) < Worth || word > 0 && labels.ModelSpanAt(word - 1) < 0 && labels.OfType(word - 1, type) >= Worth)
                        continue;
                    var end = word + 1;
                    while (end < labels.WordCount && labels.ModelSpanAt(end) < 0 && labels.OfType(end, type) >= Worth)
                        end++;
                    Add(new WordRange(word, end), type, CandidateOrigin.Wavering);
                }
            }
        }
    }

    private static float MeanOfType(LabelEvidence labels, WordRange words, EntityType type)
    {
        var sum = 0f;
        for (var word = words.Start; word < words.End; word++)
            sum += labels.OfType(word, type);
        return sum / words.Length;
    }
}
