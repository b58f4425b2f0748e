using System.Collections.Immutable;
using System.Globalization;
using NerService.Extraction.Pipeline;
using NerService.Gazetteer.Loading;
using NerService.Text.Documents;
using NerService.Text.Labels;

namespace NerService.Extraction.Grouping;

/// <summary>
/// Joins the mentions of one entity in a document. Pure; n log n in the length of the mentions, whatever the names. Two mentions are one entity when
/// they have one type and
/// <list type="number">
/// <item>their cores fold to the same key, a person's title apart (الرئيس بوتين, بوتين);</item>
/// <item>they are spellings of one foreign name (<see cref="NameSpelling"/>): نتنياهو, نتانياهو; غوتيريش, جوتيريش;</item>
/// <item>one is the beginning or the end of the other, a person's full name that stands before it, or, when none does, anywhere: سيرغي لافروف,
/// لافروف. If it fits two people's names, it stays apart from both;</item>
/// <item>a place or organization lacks only the generic noun before it (مدينة غزة, حركة حماس) or words at its end (مجلس الأمن الدولي, مجلس الأمن),
/// and one name only can be meant;</item>
/// <item>one stands in brackets right after the other and is its acronym or by-name: منظمة الصحة العالمية (WHO), محمود عباس (أبو مازن);</item>
/// <item>the gazetteer gave both one id.</item>
/// </list>
/// Two ids of the gazetteer that differ keep names apart in all cases but the first and the third.
/// </summary>
internal sealed class MentionGrouper
{
    /// <summary>Maximum names of its skeleton that a name is compared with, the earliest of the document: no text has as many spellings of
    /// one name, and a text made to have them takes no longer than another.</summary>
    internal const int MaxComparisons = 32;

    private readonly IReadOnlyList<ExtractedEntity> _entities;
    private readonly NameParts _nameParts;
    private readonly CancellationToken _cancellation;
    private readonly MentionName[] _names;

    /// <summary>Union-find: the mention that each mention was joined to; the earliest of a group points to itself.</summary>
    private readonly int[] _parents;

    /// <summary>The distinct names of each type, in order of first mention.</summary>
    private readonly List<NameClass> _classes = [];

    /// <summary>Takes the entities of a document.</summary>
    /// <param name="entities">In document order; type, words, normalized name and gazetteer id are read.</param>
    /// <param name="nameParts">Known Arabic names, never taken for misspellings of each other.</param>
    /// <param name="cancellation">Checked between names.</param>
    internal MentionGrouper(IReadOnlyList<ExtractedEntity> entities, NameParts nameParts, CancellationToken cancellation = default)
    {
        (_entities, _nameParts, _cancellation) = (entities, nameParts, cancellation);
        _names = new MentionName[entities.Count];
        _parents = new int[entities.Count];
        var byKey = new Dictionary<(EntityLabel, string), NameClass>();
        for (var i = 0; i < entities.Count; i++)
        {
            _cancellation.ThrowIfCancellationRequested();
            _parents[i] = i;
            var (kind, name) = (entities[i].Label.OfType, MentionName.Of(entities[i].NormalizedName, entities[i].Type));
            _names[i] = name;
            if (!byKey.TryGetValue((kind, name.Key), out var same))
            {
                byKey.Add((kind, name.Key), same = new NameClass(kind, name));
                _classes.Add(same);
            }
            same.Mentions.Add(i);
            same.GazetteerId ??= entities[i].GazetteerId;
        }
    }

    /// <summary>How often two names were compared.</summary>
    internal int Comparisons { get; private set; }

    /// <summary>Groups the entities.</summary>
    /// <param name="source">Their document.</param>
    /// <returns>One group per entity, in order of first mention, with ids <c>e1</c>, <c>e2</c>, …; every mention is in exactly one, with others of
    /// its type.</returns>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    internal ImmutableArray<EntityGroup> Group(SourceText source)
    {
        JoinSpellings();
        JoinParts();
        JoinShortForms();
        JoinBrackets(source);
        JoinGazetteerIds();
        return ToGroups();
    }

    /// <summary>The entities with the id of the group that each is in.</summary>
    internal static ImmutableArray<ExtractedEntity> WithIds(ImmutableArray<ExtractedEntity> entities, ImmutableArray<EntityGroup> groups)
    {
        var withIds = entities.ToBuilder();
        foreach (var group in groups)
        foreach (var mention in group.Mentions)
            withIds[mention] = entities[mention] with { EntityId = group.EntityId };
        return withIds.ToImmutable();
    }

    /// <summary>Rule 2. Names whose skeletons differ cannot be spellings of one, so only those in one bucket are compared.</summary>
    private void JoinSpellings()
    {
        foreach (var bucket in _classes.GroupBy(c => (c.Kind, c.Name.Skeleton)))
        {
            var distinct = new List<NameClass>();
            foreach (var c in bucket)
            {
                _cancellation.ThrowIfCancellationRequested();
                c.Spelling = distinct.Find(d => IsSpelling(c, d) && !IdsDiffer(c.GazetteerId, d.GazetteerId));
                if (c.Spelling is null && distinct.Count < MaxComparisons)
                    distinct.Add(c);
            }
        }
    }

    /// <summary>Rules 1 and 3. A name that is part of a longer one is decided mention by mention, any other as a whole.</summary>
    private void JoinParts()
    {
        var people = _classes.FindAll(c => c.Kind.Type == EntityType.Person);
        var (beginnings, ends) = (new NamesByWords(), new NamesByWords());
        foreach (var person in people)
        {
            beginnings.AddAllShorter(person, person.Name.Skeletons);
            ends.AddAllShorter(person, Enumerable.Reverse(person.Name.Skeletons));
        }
        foreach (var person in people)
        {
            _cancellation.ThrowIfCancellationRequested();
            var begun = beginnings.Find(person.Name.Skeletons).Take(MaxComparisons);
            var ended = ends.Find(Enumerable.Reverse(person.Name.Skeletons)).Take(MaxComparisons);
            person.Wholes = [.. begun.Concat(ended).Where(whole => IsPart(person, whole)).Distinct().OrderBy(whole => whole.Mentions[0])];
        }
        // Whole names first, so that a part finds its person joined already.
        foreach (var c in _classes.Where(c => c.Wholes.Count == 0))
        {
            foreach (var mention in c.Mentions)
                Join(c.Mentions[0], mention);
            if (c.Spelling is { Wholes.Count: 0 } spelling)
                Join(spelling.Mentions[0], c.Mentions[0]);
        }
        foreach (var c in _classes.Where(c => c.Wholes.Count > 0).OrderByDescending(c => c.Name.Units.Length))
        {
            _cancellation.ThrowIfCancellationRequested();
            int? apart = null;
            foreach (var mention in c.Mentions)
            {
                if (PersonMeant(c, mention) is { } person)
                    Join(person, mention);
                else
                    Join(apart ??= c.Apart ?? c.Spelling?.Apart ?? mention, mention);
            }
            c.Apart = apart;
        }
    }

    /// <summary>Rule 4.</summary>
    private void JoinShortForms()
    {
        foreach (var type in (ReadOnlySpan<EntityType>)[EntityType.Location, EntityType.Organization])
        {
            var names = _classes.FindAll(c => c.Kind.Type == type);
            var byKey = names.ToDictionary(c => c.Name.Key, StringComparer.Ordinal);
            var joined = new HashSet<NameClass>();
            foreach (var c in names)
            {
                if (c.Name.KeyWithoutGeneric is not { } key || !byKey.TryGetValue(key, out var bare))
                    continue;
                if (IdsDiffer(c.GazetteerId, bare.GazetteerId))
                    continue;
                Join(bare.Mentions[0], c.Mentions[0]);
                joined.Add(bare);
            }
            var longer = new NamesByWords();
            foreach (var c in names)
                longer.AddAllShorter(c, c.Name.Units);
            foreach (var c in names)
            {
                _cancellation.ThrowIfCancellationRequested();
                // نادي الاتحاد settled what الاتحاد is; it is not the beginning of الاتحاد الأوروبي then.
                if (joined.Contains(c) && c.Name.Key.StartsWith("ال", StringComparison.Ordinal))
                    continue;
                // One word alone is enough for an organization only (أرامكو السعودية, أرامكو): كوريا is not كوريا الجنوبية.
                if (c.Name.Units.Length == 1 && type == EntityType.Location)
                    continue;
                if (OneMeant(c, longer.Find(c.Name.Units)) is { } meant)
                    Join(meant, c.Mentions[0]);
            }
        }
    }

    /// <summary>Rule 5.</summary>
    private void JoinBrackets(SourceText source)
    {
        for (var i = 1; i < _entities.Count; i++)
        {
            var (outer, inner) = (_entities[i - 1].Words, _entities[i].Words);
            if (inner.Start != outer.End + 1 || inner.End >= source.WordCount)
                continue;
            if (source.Word(outer.End) is not ("(" or "[") || source.Word(inner.End) is not (")" or "]"))
                continue;
            var type = _entities[i].Type;
            if (_entities[i - 1].Label.OfType != _entities[i].Label.OfType)
                continue;
            if (IdsDiffer(_entities[i - 1].GazetteerId, _entities[i].GazetteerId))
                continue;
            var oneIsAcronym = (_names[i - 1].Units.Length == 1) != (_names[i].Units.Length == 1);
            var oneIsLatin = char.IsAsciiLetter(_names[i - 1].Key.FirstOrDefault()) != char.IsAsciiLetter(_names[i].Key.FirstOrDefault());
            // القاهرة (مصر) are two places; الإمارات (UAE) is one.
            if (oneIsLatin || type != EntityType.Location && oneIsAcronym)
                Join(i - 1, i);
        }
    }

    /// <summary>Rule 6. A person's single name has an id only because somebody famous bears it: that alone joins nothing.</summary>
    private void JoinGazetteerIds()
    {
        var byId = new Dictionary<(EntityLabel, string), int>();
        for (var i = 0; i < _entities.Count; i++)
        {
            var kind = _entities[i].Label.OfType;
            if (_entities[i].GazetteerId is not { } id || kind.Type == EntityType.Person && _names[i].Units.Length == 1)
                continue;
            if (!byId.TryAdd((kind, id), i))
                Join(byId[(kind, id)], i);
        }
    }

    private ImmutableArray<EntityGroup> ToGroups()
    {
        var members = new SortedDictionary<int, ImmutableArray<int>.Builder>();
        for (var i = 0; i < _parents.Length; i++)
        {
            if (!members.TryGetValue(Root(i), out var group))
                members.Add(Root(i), group = ImmutableArray.CreateBuilder<int>());
            group.Add(i);
        }
        var groups = ImmutableArray.CreateBuilder<EntityGroup>(members.Count);
        foreach (var (first, group) in members)
        {
            _cancellation.ThrowIfCancellationRequested();
            var id = "e" + (groups.Count + 1).ToString(CultureInfo.InvariantCulture);
            groups.Add(new EntityGroup(id, CanonicalName(group), _entities[first].Label, GazetteerId(group), group.ToImmutable()));
        }
        return groups.MoveToImmutable();
    }

    /// <summary>The one person of whose name the mention can be a part: among those named before it or, when there is none, in the whole
    /// document.</summary>
    private int? PersonMeant(NameClass part, int mention)
    {
        int? before = null,
            anywhere = null;
        var manyAnywhere = false;
        foreach (var whole in part.Wholes)
        {
            // A longer name that fits two people itself counts as a third.
            var first = whole.Apart ?? whole.Mentions[0];
            var root = Root(first);
            manyAnywhere |= anywhere is { } a && a != root;
            anywhere ??= root;
            if (first > mention)
                continue;
            if (before is { } b && b != root)
                return null;
            before ??= root;
        }
        return before ?? (manyAnywhere ? null : anywhere);
    }

    /// <summary>The one thing that a shortened name can mean.</summary>
    private int? OneMeant(NameClass shortened, IEnumerable<NameClass> longer)
    {
        int? meant = null;
        foreach (var candidate in longer)
        {
            if (!IsBeginning(shortened, candidate))
                continue;
            var root = Root(candidate.Mentions[0]);
            if (meant is { } other && other != root || IdsDiffer(shortened.GazetteerId, candidate.GazetteerId))
                return null;
            meant = root;
        }
        return meant;
    }

    private bool IsSpelling(NameClass a, NameClass b) => ++Comparisons > 0 && a.Name.IsSameOrVariantOf(b.Name, _nameParts);

    private bool IsPart(NameClass part, NameClass whole) => ++Comparisons > 0 && part.Name.IsPartOf(whole.Name, _nameParts);

    private bool IsBeginning(NameClass shortened, NameClass longer) => ++Comparisons > 0 && shortened.Name.IsBeginningOf(longer.Name);

    private string CanonicalName(IEnumerable<int> group) =>
        group
            .GroupBy(i => _names[i].Display, StringComparer.Ordinal)
            .OrderByDescending(form => _names[form.First()].Units.Length)
            .ThenByDescending(form => form.Count())
            .ThenBy(form => form.First())
            .First()
            .Key;

    /// <summary>The id that most mentions have; the fullest name's when as many have another.</summary>
    private string? GazetteerId(IEnumerable<int> group) =>
        group
            .Where(i => _entities[i].GazetteerId is not null)
            .GroupBy(i => _entities[i].GazetteerId, StringComparer.Ordinal)
            .OrderByDescending(g => g.Count())
            .ThenByDescending(g => g.Max(i => _names[i].Units.Length))
            .ThenBy(g => g.First())
            .FirstOrDefault()
            ?.Key;

    private static bool IdsDiffer(string? a, string? b) => a is not null && b is not null && a != b;

    private int Root(int mention)
    {
        while (_parents[mention] != mention)
            mention = _parents[mention] = _parents[_parents[mention]];
        return mention;
    }

    private void Join(int a, int b)
    {
        var (rootA, rootB) = (Root(a), Root(b));
        _parents[Math.Max(rootA, rootB)] = Math.Min(rootA, rootB);
    }
}
