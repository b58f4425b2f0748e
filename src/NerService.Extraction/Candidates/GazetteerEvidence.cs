using NerService.Extraction.Proposals;
using NerService.Gazetteer;
using NerService.Gazetteer.Loading;
using NerService.Text.Clitics;
using NerService.Text.Documents;
using NerService.Text.Labels;

namespace NerService.Extraction.Candidates;

/// <summary>What the gazetteers say of a document.</summary>
internal sealed class GazetteerEvidence
{
    private readonly Dictionary<(WordRange, EntityLabel), TypedMatch> _byWords = [];
    private readonly TypedMatch[] _byStart;
    private readonly HashSet<(int Word, EntityType Type)> _starts;
    private readonly NameParts _nameParts;
    private readonly Dictionary<(WordRange, EntityType), Coordination> _coordinations = [];

    /// <summary>Arranges what the gazetteers propose; what only a model's training text knows is not a candidate.</summary>
    internal GazetteerEvidence(GazetteerProposals proposals, NameParts nameParts, bool knowsPlaces)
    {
        Source = proposals.Source;
        KnowsPlaces = knowsPlaces;
        _nameParts = nameParts;
        foreach (var match in proposals.Matches)
        {
            if (match.Origin == GazetteerOrigin.TrainingText)
                continue;
            foreach (var type in EntityTags.Types)
                if (match.Entries.Heaviest(type) is { } entry)
                    Add(new TypedMatch(match.Words, type, entry));
            if (match.Entries.Heaviest(EntityType.Other) is null)
                continue;
            foreach (var entry in match.Entries.Where(entry => entry.Type == EntityType.Other).DistinctBy(entry => entry.Label))
                Add(new TypedMatch(match.Words, entry.Label, entry));
        }
        _byStart = [.. _byWords.Values];
        _starts = [.. _byStart.Select(match => (match.Words.Start, match.Type))];
        Array.Sort(
            _byStart,
            static (a, b) => (a.Words.Start, a.Words.End, a.Type, a.Kind.Name).CompareTo((b.Words.Start, b.Words.End, b.Type, b.Kind.Name))
        );
    }

    private void Add(TypedMatch match)
    {
        var key = (match.Words, match.Kind);
        // A user's own name counts for more than the service's.
        if (!_byWords.TryGetValue(key, out var known))
            _byWords.Add(key, match);
        else if (match.IsUsers && !known.IsUsers)
            _byWords[key] = match;
    }

    internal SourceText Source { get; }

    /// <summary>Whether the service's own gazetteer takes part, which knows most of the world's places: a user's few names do not.</summary>
    internal bool KnowsPlaces { get; }

    /// <summary>The matches in document order, one per stretch of words and kind.</summary>
    internal IReadOnlyList<TypedMatch> Matches => _byStart;

    /// <summary>The match on exactly these words of this kind, or null.</summary>
    internal TypedMatch? Find(WordRange words, EntityLabel kind) => _byWords.GetValueOrDefault((words, kind.OfType));

    /// <summary>Whether a match of the type begins at a word.</summary>
    internal bool IsKnownFrom(int word, EntityType type) => _starts.Contains((word, type));

    /// <summary>The parts of a model's span; found once, however often it is asked for.</summary>
    internal Coordination CoordinationOf(WordRange span, EntityType type)
    {
        if (!_coordinations.TryGetValue((span, type), out var coordination))
            _coordinations.Add((span, type), coordination = Coordination.Of(span, type, this));
        return coordination;
    }

    /// <summary>Whether a word may be a coordinating و and a name: by its letters, unless it is a name as it stands (وليد).</summary>
    internal bool MayCoordinate(int word)
    {
        var key = Source.Keys.Word(word);
        return key.Length >= 3 && Proclitics.MayCoordinate(key) && !_nameParts.Contains(key);
    }

    internal bool IsGivenName(int word) => _nameParts.Find(Source.Keys.Word(word)).HasFlag(NamePartKind.Given);

    /// <summary>Whether a word says what kind of place is named after it (<see cref="PlaceKinds"/>).</summary>
    internal bool IsPlaceKind(int word) => PlaceKinds.Contains(Source.Keys.Word(word));

    /// <summary>Share of a candidate's words that are known given or family names, a و before them aside.</summary>
    internal float NamePartShare(WordRange words)
    {
        var known = 0;
        for (var word = words.Start; word < words.End; word++)
        {
            var key = Source.Keys.Word(word);
            if (_nameParts.Contains(key) || word == words.Start && Proclitics.MayCoordinate(key) && _nameParts.Contains(key[1..]))
                known++;
        }
        return (float)known / words.Length;
    }
}
