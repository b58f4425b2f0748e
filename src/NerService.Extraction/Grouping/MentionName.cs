using NerService.Gazetteer.Loading;
using NerService.Text.Folding;
using NerService.Text.Labels;
using NerService.Text.Titles;

namespace NerService.Extraction.Grouping;

/// <summary>A mention's name as grouping compares it.</summary>
internal sealed class MentionName
{
    private static readonly KeySet Generic = new(
        """
        مدينة دولة جمهورية مملكة محافظة بلدة قرية ولاية حركة وكالة نادي شركة منظمة تنظيم جماعة صحيفة جريدة قناة مجموعة فريق حزب مؤسسة شبكة موقع بنك
        """
    );

    private MentionName(string display, string[] units)
    {
        Display = display;
        Units = units;
        Key = string.Join(' ', units);
        Skeletons = Array.ConvertAll(units, unit => NameSpelling.Skeleton(unit));
        Skeleton = string.Join(' ', Skeletons);
    }

    /// <summary>The name to print: as normalized, a person's title left off.</summary>
    internal string Display { get; }

    /// <summary>Folded words; of a person's name, what belongs together is one: عبد الله, بن سلمان, أبو مازن, صلاح الدين, نصر الله.</summary>
    internal string[] Units { get; }

    internal string Key { get; }

    internal string[] Skeletons { get; }

    internal string Skeleton { get; }

    /// <summary>The key without a generic noun in front (مدينة غزة: غزه); null when there is none.</summary>
    internal string? KeyWithoutGeneric => Units.Length > 1 && Generic.Contains(Units[0]) ? string.Join(' ', Units[1..]) : null;

    internal static MentionName Of(string normalizedName, EntityType type)
    {
        var words = normalizedName.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
            words = [""];
        var keys = Array.ConvertAll(words, word => ArabicFolding.Fold(word, FoldingProfile.GazetteerKey));
        if (type != EntityType.Person)
            return new MentionName(normalizedName, keys);
        var titles = 0;
        while (titles < keys.Length - 1 && TitleFinder.IsTitleWord(keys[titles]))
            titles++;
        var units = new List<string>(keys.Length);
        for (var i = titles; i < keys.Length; i++)
        {
            var joinsNext = i + 1 < keys.Length && keys[i] is "عبد" or "بن" or "ابن" or "بنت" or "ال" or "ابو" or "ابي" or "ابا" or "ام";
            var joinsPrevious = units.Count > 0 && keys[i] is "الدين" or "الله";
            if (joinsPrevious)
                units[^1] += keys[i];
            else if (joinsNext)
                units.Add(keys[i] + keys[++i]);
            else
                units.Add(keys[i]);
        }
        return new MentionName(titles == 0 ? normalizedName : string.Join(' ', words[titles..]), [.. units]);
    }

    /// <summary>Whether both names have the same words but for their spelling. Two known Arabic names are never spellings of one (سلمان,
    /// سليمان).</summary>
    internal bool IsSameOrVariantOf(MentionName other, NameParts nameParts)
    {
        if (Units.Length != other.Units.Length)
            return false;
        for (var i = 0; i < Units.Length; i++)
            if (!IsSameOrVariant(Units[i], other.Units[i], nameParts))
                return false;
        return true;
    }

    /// <summary>Whether the other name, a longer one, begins or ends with this one's words.</summary>
    internal bool IsPartOf(MentionName full, NameParts nameParts) =>
        Units.Length < full.Units.Length && (IsAt(0, full, nameParts) || IsAt(full.Units.Length - Units.Length, full, nameParts));

    private bool IsAt(int start, MentionName full, NameParts nameParts)
    {
        for (var i = 0; i < Units.Length; i++)
            if (!IsSameOrVariant(Units[i], full.Units[start + i], nameParts))
                return false;
        return true;
    }

    /// <summary>Whether the other name begins with this one.</summary>
    internal bool IsBeginningOf(MentionName longer) =>
        Units.Length < longer.Units.Length && longer.Units.AsSpan(0, Units.Length).SequenceEqual(Units);

    private static bool IsSameOrVariant(string a, string b, NameParts nameParts) =>
        a == b || NameSpelling.IsSameOrVariant(a, b) && !(nameParts.Contains(a) && nameParts.Contains(b));
}
