using System.Collections.Immutable;
using System.Globalization;
using NerService.Gazetteer;
using NerService.Text;

namespace NerService.Extraction.Grouping;

/// <summary>
/// Joins the mentions of one entity in a document. Pure; near linear in the number of mentions. Two mentions are one entity when
/// <list type="number">
/// <item>their cores fold to the same key, a person's title apart (الرئيس بوتين, بوتين); what a key names is decided by the votes of its mentions, unless
/// two kinds have two votes or more each (a city and its club);</item>
/// <item>they are spellings of one foreign name (<see cref="NameSpelling"/>): نتنياهو, نتانياهو; غوتيريش, جوتيريش;</item>
/// <item>one is the beginning or the end of the other, a person's full name that stands before it, or, when none does, anywhere: سيرغي لافروف, لافروف. If it fits
/// two people's names, it stays apart from both;</item>
/// <item>a place or organization lacks only the generic noun before it (مدينة غزة, حركة حماس) or words at its end (مجلس الأمن الدولي, مجلس الأمن), and
/// one name only can be meant;</item>
/// <item>one stands in brackets right behind the other and is its acronym or by-name: منظمة الصحة العالمية (WHO), محمود عباس (أبو مازن);</item>
/// <item>the gazetteer gave both one id.</item>
/// </list>
/// Two ids of the gazetteer that differ keep names apart in all cases but the first and the third.
/// </summary>
public static class MentionGrouper
{
    /// <summary>Groups the entities of a document.</summary>
    /// <param name="source">The document.</param>
    /// <param name="entities">Its entities in document order; type, words, normalized name, gazetteer id and confidence are read.</param>
    /// <param name="nameParts">Known Arabic names, never taken for misspellings of each other.</param>
    /// <returns>One group an entity, in order of first mention, with ids <c>e1</c>, <c>e2</c>, …; every mention is in exactly one.</returns>
    public static ImmutableArray<EntityGroup> Group(SourceText source, IReadOnlyList<ExtractedEntity> entities, NameParts nameParts)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(entities);
        ArgumentNullException.ThrowIfNull(nameParts);
        if (entities.Count == 0) return [];
        var types = VotedTypes(entities);
        var mentions = new Mentions(entities, types, nameParts);
        mentions.JoinSpellings();
        mentions.JoinParts();
        mentions.JoinShortForms();
        mentions.JoinBrackets(source);
        mentions.JoinGazetteerIds();
        return mentions.ToGroups();
    }

    /// <summary>The entities with the id of the group that each is in.</summary>
    /// <param name="entities">As given to <see cref="Group"/>.</param>
    /// <param name="groups">What it returned.</param>
    public static ImmutableArray<ExtractedEntity> WithIds(IReadOnlyList<ExtractedEntity> entities, ImmutableArray<EntityGroup> groups)
    {
        ArgumentNullException.ThrowIfNull(entities);
        var withIds = new ExtractedEntity[entities.Count];
        foreach (var group in groups)
            foreach (var mention in group.Mentions) withIds[mention] = entities[mention] with { EntityId = group.EntityId };
        return [.. withIds];
    }

    /// <summary>The type that each mention is grouped as: the one most mentions of its key have, unless another has two votes of its own.</summary>
    private static EntityType[] VotedTypes(IReadOnlyList<ExtractedEntity> entities)
    {
        var types = new EntityType[entities.Count];
        foreach (var sameKey in Enumerable.Range(0, entities.Count).GroupBy(i => MentionName.Of(entities[i].NormalizedName, EntityType.Location).Key, StringComparer.Ordinal))
        {
            var votes = sameKey.GroupBy(i => entities[i].Type).OrderByDescending(g => g.Count()).ThenByDescending(g => g.Sum(i => entities[i].Confidence)).ToArray();
            foreach (var mention in sameKey)
            {
                var own = votes.First(g => g.Key == entities[mention].Type);
                types[mention] = own.Count() >= 2 ? own.Key : votes[0].Key;
            }
        }
        return types;
    }

    /// <summary>The mentions while they are being joined.</summary>
    private sealed class Mentions
    {
        private readonly IReadOnlyList<ExtractedEntity> _entities;
        private readonly NameParts _nameParts;
        private readonly EntityType[] _types;
        private readonly MentionName[] _names;

        /// <summary>Union-find: the mention that each mention was joined to; the earliest of a group points to itself.</summary>
        private readonly int[] _parents;

        /// <summary>First mention of each name of each type, and the number of it in <see cref="_classes"/>.</summary>
        private readonly List<NameClass> _classes = [];

        internal Mentions(IReadOnlyList<ExtractedEntity> entities, EntityType[] types, NameParts nameParts)
        {
            (_entities, _types, _nameParts) = (entities, types, nameParts);
            _names = new MentionName[types.Length];
            _parents = new int[types.Length];
            var byKey = new Dictionary<(EntityType, string), NameClass>();
            for (var i = 0; i < types.Length; i++)
            {
                _parents[i] = i;
                var name = MentionName.Of(entities[i].NormalizedName, types[i]);
                _names[i] = name;
                if (!byKey.TryGetValue((types[i], name.Key), out var same))
                {
                    byKey.Add((types[i], name.Key), same = new NameClass(types[i], name));
                    _classes.Add(same);
                }
                same.Mentions.Add(i);
            }
        }

        /// <summary>Rule 2. Names whose skeletons differ cannot be spellings of one, so only those in one bucket are compared.</summary>
        internal void JoinSpellings()
        {
            foreach (var bucket in _classes.GroupBy(c => (c.Type, c.Name.Skeleton)))
            {
                var distinct = new List<NameClass>();
                foreach (var c in bucket)
                {
                    var variant = distinct.FirstOrDefault(d => c.Name.IsSameOrVariantOf(d.Name, _nameParts) && !IdsDiffer(c, d));
                    if (variant is null) distinct.Add(c);
                    else c.Spelling = variant;
                }
            }
        }

        /// <summary>Rules 1 and 3. A name that is part of a longer one is decided mention by mention, any other as a whole.</summary>
        internal void JoinParts()
        {
            var fullNames = new Dictionary<string, List<NameClass>>(StringComparer.Ordinal);
            foreach (var c in _classes)
            {
                if (c.Type != EntityType.Person || c.Name.Units.Length < 2) continue;
                foreach (var skeleton in c.Name.Skeletons.Distinct(StringComparer.Ordinal))
                {
                    if (!fullNames.TryGetValue(skeleton, out var list)) fullNames.Add(skeleton, list = []);
                    list.Add(c);
                }
            }
            foreach (var c in _classes) c.Wholes = c.Type == EntityType.Person ? Wholes(c, fullNames) : [];
            // Whole names first, so that a part finds its person joined already.
            foreach (var c in _classes.Where(c => c.Wholes.Count == 0))
            {
                foreach (var mention in c.Mentions) Join(c.Mentions[0], mention);
                if (c.Spelling is { Wholes.Count: 0 } spelling) Join(spelling.Mentions[0], c.Mentions[0]);
            }
            foreach (var c in _classes.Where(c => c.Wholes.Count > 0).OrderByDescending(c => c.Name.Units.Length))
            {
                int? apart = null;
                foreach (var mention in c.Mentions)
                {
                    if (PersonMeant(c, mention) is { } person) Join(person, mention);
                    else Join(apart ??= c.Apart ?? c.Spelling?.Apart ?? mention, mention);
                }
                c.Apart = apart;
            }
        }

        /// <summary>Rule 4.</summary>
        internal void JoinShortForms()
        {
            foreach (var type in (ReadOnlySpan<EntityType>)[EntityType.Location, EntityType.Organization])
            {
                var names = _classes.Where(c => c.Type == type).ToArray();
                var byKey = names.ToDictionary(c => c.Name.Key, StringComparer.Ordinal);
                var joined = new HashSet<NameClass>();
                foreach (var c in names)
                {
                    if (c.Name.KeyWithoutGeneric is not { } key || !byKey.TryGetValue(key, out var bare) || IdsDiffer(c, bare)) continue;
                    Join(bare.Mentions[0], c.Mentions[0]);
                    joined.Add(bare);
                }
                var longer = names.Where(c => c.Name.Units.Length > 1).GroupBy(c => c.Name.Units[0], StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.ToArray(), StringComparer.Ordinal);
                foreach (var c in names)
                {
                    // نادي الاتحاد settled what الاتحاد is; it is not the beginning of الاتحاد الأوروبي then.
                    if (joined.Contains(c) && c.Name.Key.StartsWith("ال", StringComparison.Ordinal)) continue;
                    // One word alone is enough for an organization only (أرامكو السعودية, أرامكو): كوريا is not كوريا الجنوبية.
                    if (c.Name.Units.Length == 1 && type == EntityType.Location || !longer.TryGetValue(c.Name.Units[0], out var candidates)) continue;
                    var meant = -1;
                    foreach (var candidate in candidates)
                    {
                        if (!c.Name.IsBeginningOf(candidate.Name)) continue;
                        var root = Root(candidate.Mentions[0]);
                        meant = meant < 0 || meant == root ? root : int.MaxValue;
                        if (meant == int.MaxValue) break;
                        if (IdsDiffer(c, candidate)) meant = int.MaxValue;
                    }
                    if (meant is >= 0 and < int.MaxValue) Join(meant, c.Mentions[0]);
                }
            }
        }

        /// <summary>Rule 5.</summary>
        internal void JoinBrackets(SourceText source)
        {
            for (var i = 1; i < _entities.Count; i++)
            {
                var (outer, inner) = (_entities[i - 1].Words, _entities[i].Words);
                if (inner.Start != outer.End + 1 || inner.End >= source.WordCount || source.Word(outer.End) is not ("(" or "[") || source.Word(inner.End) is not (")" or "]")) continue;
                if (_types[i - 1] != _types[i] || IdsDiffer(_entities[i - 1].GazetteerId, _entities[i].GazetteerId)) continue;
                var oneIsAcronym = (_names[i - 1].Units.Length == 1) != (_names[i].Units.Length == 1);
                var oneIsLatin = char.IsAsciiLetter(_names[i - 1].Key.FirstOrDefault()) != char.IsAsciiLetter(_names[i].Key.FirstOrDefault());
                // القاهرة (مصر) are two places; الإمارات (UAE) is one.
                if (oneIsLatin || _types[i] != EntityType.Location && oneIsAcronym) Join(i - 1, i);
            }
        }

        /// <summary>Rule 6. A person's single name has an id only because somebody famous bears it: that alone joins nothing.</summary>
        internal void JoinGazetteerIds()
        {
            var byId = new Dictionary<(EntityType, string), int>();
            for (var i = 0; i < _entities.Count; i++)
            {
                if (_entities[i].GazetteerId is not { } id || _types[i] == EntityType.Person && _names[i].Units.Length == 1) continue;
                if (!byId.TryAdd((_types[i], id), i)) Join(byId[(_types[i], id)], i);
            }
        }

        internal ImmutableArray<EntityGroup> ToGroups()
        {
            var members = new SortedDictionary<int, ImmutableArray<int>.Builder>();
            for (var i = 0; i < _parents.Length; i++)
            {
                if (!members.TryGetValue(Root(i), out var group)) members.Add(Root(i), group = ImmutableArray.CreateBuilder<int>());
                group.Add(i);
            }
            var groups = ImmutableArray.CreateBuilder<EntityGroup>(members.Count);
            foreach (var group in members.Values)
                groups.Add(new EntityGroup("e" + (groups.Count + 1).ToString(CultureInfo.InvariantCulture), CanonicalName(group), Vote(group), GazetteerId(group), group.ToImmutable()));
            return groups.MoveToImmutable();
        }

        /// <summary>The names that this one is part of. Looked up by its rarest word.</summary>
        private List<NameClass> Wholes(NameClass part, Dictionary<string, List<NameClass>> fullNames)
        {
            List<NameClass>? rarest = null;
            foreach (var skeleton in part.Name.Skeletons)
            {
                if (!fullNames.TryGetValue(skeleton, out var list)) return [];
                if (rarest is null || list.Count < rarest.Count) rarest = list;
            }
            return rarest is null ? [] : rarest.FindAll(full => part.Name.IsPartOf(full.Name, _nameParts));
        }

        /// <summary>The one person of whose name the mention can be a part: among those named before it or, when there is none, in the whole document.</summary>
        private int? PersonMeant(NameClass part, int mention)
        {
            int? before = null, anywhere = null;
            var manyAnywhere = false;
            foreach (var whole in part.Wholes)
            {
                // A longer name that fits two people itself counts as a third.
                var first = whole.Apart ?? whole.Mentions[0];
                var root = Root(first);
                manyAnywhere |= anywhere is { } a && a != root;
                anywhere ??= root;
                if (first > mention) continue;
                if (before is { } b && b != root) return null;
                before ??= root;
            }
            return before ?? (manyAnywhere ? null : anywhere);
        }

        private string CanonicalName(IEnumerable<int> group) =>
            group.GroupBy(i => _names[i].Display, StringComparer.Ordinal)
                .OrderByDescending(form => _names[form.First()].Units.Length).ThenByDescending(form => form.Count()).ThenBy(form => form.First())
                .First().Key;

        private EntityType Vote(IEnumerable<int> group) =>
            group.GroupBy(i => _entities[i].Type).OrderByDescending(g => g.Count()).ThenByDescending(g => g.Sum(i => _entities[i].Confidence)).ThenBy(g => g.First()).First().Key;

        /// <summary>The id that most mentions have; the fullest name's when as many have another.</summary>
        private string? GazetteerId(IEnumerable<int> group) =>
            group.Where(i => _entities[i].GazetteerId is not null).GroupBy(i => _entities[i].GazetteerId, StringComparer.Ordinal)
                .OrderByDescending(g => g.Count()).ThenByDescending(g => g.Max(i => _names[i].Units.Length)).ThenBy(g => g.First()).FirstOrDefault()?.Key;

        private bool IdsDiffer(NameClass a, NameClass b) => IdsDiffer(IdOf(a), IdOf(b));

        private static bool IdsDiffer(string? a, string? b) => a is not null && b is not null && a != b;

        private string? IdOf(NameClass c) => c.Mentions.Select(i => _entities[i].GazetteerId).FirstOrDefault(id => id is not null);

        private int Root(int mention)
        {
            while (_parents[mention] != mention) mention = _parents[mention] = _parents[_parents[mention]];
            return mention;
        }

        private void Join(int a, int b)
        {
            var (rootA, rootB) = (Root(a), Root(b));
            _parents[Math.Max(rootA, rootB)] = Math.Min(rootA, rootB);
        }
    }

    /// <summary>The mentions of one type and key.</summary>
    private sealed class NameClass(EntityType type, MentionName name)
    {
        internal EntityType Type { get; } = type;

        internal MentionName Name { get; } = name;

        internal List<int> Mentions { get; } = [];

        /// <summary>An earlier name that this one is another spelling of.</summary>
        internal NameClass? Spelling { get; set; }

        /// <summary>Longer names that this one is part of.</summary>
        internal List<NameClass> Wholes { get; set; } = [];

        /// <summary>The first mention that could mean more than one person.</summary>
        internal int? Apart { get; set; }
    }
}
