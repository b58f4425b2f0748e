using NerService.Extraction.Candidates;
using NerService.Text.Documents;
using NerService.Text.Labels;
using NerService.Text.Titles;
using NerService.Text.Words;

namespace NerService.Extraction.Selection;

/// <summary>
/// What two shapes of text say of several candidates together, which no candidate's own features show. Moves probability from one candidate to
/// another, so that a confidence stays what the arbiter made it. Pure; O(n log n).
/// </summary>
internal static class JointEvidence
{
    /// <summary>From this weight on a person is known by the bare name that an entry has: (خليفة) زيدان.</summary>
    private const double KnownByBareName = 1e5;

    /// <summary>Moves the probabilities of candidates that come in document order.</summary>
    internal static void Apply(List<Candidate> candidates, GazetteerEvidence gazetteer, Span<float> probabilities)
    {
        for (var i = 0; i < candidates.Count; i++)
            if (WhomTitleIsOf(candidates, i, gazetteer) is { } person)
                (probabilities[person], probabilities[i]) = (Math.Max(probabilities[person], probabilities[i]), 0);
        foreach (var hashtag in Hashtags.OfSeveralWords(gazetteer.Source))
        {
            foreach (var type in EntityTags.Types)
            {
                var parts = NamesThatMakeUp(candidates, hashtag, type);
                var most = 0f;
                foreach (var part in parts)
                    most = Math.Max(most, probabilities[part]);
                foreach (var part in parts)
                    probabilities[part] = most;
            }
        }
    }

    /// <summary>
    /// خليفة زيدان is Zidane's successor, whom the text does not name: what the model gives to both words is of زيدان. A title that is somebody's is
    /// a given name as well; it is none before a person who is known by the rest, unless the rest is a given name too (خليفة محمد) or the whole is
    /// known (خليفة حفتر).
    /// </summary>
    /// <returns>The candidate of the other person; null where the candidate begins with no such title.</returns>
    private static int? WhomTitleIsOf(List<Candidate> candidates, int index, GazetteerEvidence gazetteer)
    {
        var (words, type) = (candidates[index].Words, candidates[index].Type);
        if (type != EntityType.Person || words.Length < 2 || candidates[index].Match is not null)
            return null;
        if (!TitleFinder.IsOfPerson(gazetteer.Source.Keys.Word(words.Start)))
            return null;
        var rest = words with { Start = words.Start + 1 };
        if (rest.Length == 1 && gazetteer.IsGivenName(rest.Start))
            return null;
        for (var i = FirstAt(candidates, rest.Start); i < candidates.Count && candidates[i].Words.Start == rest.Start; i++)
            if (candidates[i] is { Type: EntityType.Person, Match.Entry.Weight: >= KnownByBareName } person && person.Words == rest)
                return i;
        return null;
    }

    /// <summary>
    /// A hashtag that is nothing but names of one type (#السعودية_قطر) is read apart from the sentence, which may make an adjective of the first
    /// (القمة السعودية): its parts are as likely as the likeliest of them.
    /// </summary>
    /// <returns>The longest names that make up the hashtag; empty where they do not.</returns>
    private static List<int> NamesThatMakeUp(List<Candidate> candidates, WordRange hashtag, EntityType type)
    {
        var parts = new List<int>();
        for (var word = hashtag.Start; word < hashtag.End; word = candidates[parts[^1]].Words.End)
        {
            int? longest = null;
            for (var i = FirstAt(candidates, word); i < candidates.Count && candidates[i].Words.Start == word; i++)
                if (candidates[i] is { Match.Entry.NeedsContext: false } part && part.Type == type && part.Words.End <= hashtag.End)
                    longest = i;
            if (longest is not { } name)
                return [];
            parts.Add(name);
        }
        return parts;
    }

    /// <summary>The first candidate that begins at a word or later.</summary>
    private static int FirstAt(List<Candidate> candidates, int word) =>
        WordOrder.LowerBound(candidates, word, static candidate => candidate.Words.Start);
}
