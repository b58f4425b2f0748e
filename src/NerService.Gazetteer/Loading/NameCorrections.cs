using NerService.Gazetteer.Index;
using NerService.Text.Folding;
using NerService.Text.Labels;

namespace NerService.Gazetteer.Loading;

/// <summary>
/// What a gazetteer folder says of the names that its files of entries take over from elsewhere, by id; a bare number is that of a GeoNames place.
/// <c>canonical.tsv</c> has lines <c>id canonical banned further</c>: the name to print, spellings never to be matched or shown, and more good
/// spellings, each list separated by |. <c>hazard.tsv</c> has lines <c>id weight name canonical</c>: names that are ordinary words or a better-known
/// thing too (<see cref="IndexedEntry.NeedsContext"/>). Both are applied while the entries are added, so that taking over a newer list of places
/// brings no mended name back. One thread, one load.
/// </summary>
internal sealed class NameCorrections
{
    internal const string CanonicalFileName = "canonical.tsv",
        HazardFileName = "hazard.tsv";

    private readonly KeyReader _key = new();
    private readonly Dictionary<string, Correction> _byId;
    private readonly Dictionary<string, Correction>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    internal NameCorrections()
    {
        _byId = new Dictionary<string, Correction>(StringComparer.Ordinal);
        _lookup = _byId.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The files of a folder that hold corrections, those that are there.</summary>
    internal static string[] FilesOf(string folder) =>
        [.. new[] { CanonicalFileName, HazardFileName }.Select(name => Path.Combine(folder, name)).Where(File.Exists)];

    /// <summary>Reads a line of a file of corrections.</summary>
    /// <returns>What is wrong with it; null when nothing is.</returns>
    internal string? AddLine(string file, ReadOnlySpan<char> line)
    {
        Span<Range> columns = stackalloc Range[5];
        var count = line.Split(columns, '\t');
        if (count != 4)
            return $"expected 4 columns separated by tabs, found {(count == 5 ? "more than 4" : count)}";
        var id = line[columns[0]].Trim(' ');
        if (id.IsEmpty)
            return "the id is empty";
        var correction = Of(id.ContainsAnyExceptInRange('0', '9') ? new string(id) : $"geonames:{id}");
        return file == CanonicalFileName
            ? correction.SetSpellings(line[columns[1]].Trim(' '), line[columns[2]], line[columns[3]], _key)
            : correction.AddHazard(line[columns[2]].Trim(' '));
    }

    /// <summary>Adds an entry, put right.</summary>
    /// <returns>Why the surface cannot be a key; null when nothing is wrong with it, though it may be a spelling that is left out.</returns>
    internal string? Add(
        ReadOnlySpan<char> surface,
        EntityLabel label,
        ReadOnlySpan<char> id,
        double weight,
        ReadOnlySpan<char> canonical,
        GazetteerIndexBuilder builder
    )
    {
        if (!_lookup.TryGetValue(id, out var correction))
            return builder.Add(surface, label, id, weight, canonical);
        correction.Note(label, weight);
        if (correction.Bans(surface))
            return null;
        return builder.Add(surface, label, id, weight, correction.Canonical ?? canonical, correction.IsHazard(surface));
    }

    /// <summary>Adds the good spellings of the things that have entries, as prominent as the heaviest of those.</summary>
    internal void AddSpellings(GazetteerIndexBuilder builder)
    {
        foreach (var (id, correction) in _byId)
            correction.AddSpellings(id, builder);
    }

    private Correction Of(string id)
    {
        if (!_byId.TryGetValue(id, out var correction))
            _byId.Add(id, correction = new Correction());
        return correction;
    }

    /// <summary>What is said of one id.</summary>
    private sealed class Correction
    {
        private readonly List<string> _hazards = [];
        private string[] _banned = [],
            _further = [];
        private EntityLabel? _label;
        private double _weight;

        internal string? Canonical { get; private set; }

        internal string? SetSpellings(ReadOnlySpan<char> canonical, ReadOnlySpan<char> banned, ReadOnlySpan<char> further, KeyReader key)
        {
            if (Canonical is not null)
                return "the id has a line already";
            if (canonical.IsEmpty)
                return "the canonical name is empty";
            var (name, bad, good) = (new string(canonical), List(banned), List(further));
            foreach (var spelling in good.Append(name))
            {
                if (bad.Contains(spelling))
                    return $"'{spelling}' is both a good spelling and one never to be matched";
                if (key.Read(spelling) is { } problem)
                    return $"'{spelling}': {problem}";
            }
            (Canonical, _banned, _further) = (name, bad, good);
            return null;
        }

        internal string? AddHazard(ReadOnlySpan<char> name)
        {
            var key = FoldedText.KeyOf(name);
            if (key.Length == 0)
                return "nothing of the name is left when it is folded";
            _hazards.Add(key);
            return null;
        }

        internal bool Bans(ReadOnlySpan<char> surface)
        {
            foreach (var banned in _banned)
                if (surface.SequenceEqual(banned))
                    return true;
            return false;
        }

        internal bool IsHazard(ReadOnlySpan<char> surface) => _hazards.Count > 0 && _hazards.Contains(FoldedText.KeyOf(surface));

        internal void Note(EntityLabel label, double weight)
        {
            if (_label is null || weight > _weight)
                (_label, _weight) = (label, weight);
        }

        internal void AddSpellings(string id, GazetteerIndexBuilder builder)
        {
            if (Canonical is null || _label is not { } label)
                return;
            foreach (var spelling in _further.Prepend(Canonical))
                builder.Add(spelling, label, id, _weight, Canonical, IsHazard(spelling));
        }

        private static string[] List(ReadOnlySpan<char> column) =>
            new string(column).Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
