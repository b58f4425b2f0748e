using NerService.Text.Labels;

namespace NerService.Text.Clitics;

/// <summary>What speaks for a reading of a word, and what it costs. The one place with the numbers.</summary>
internal static class CliticWeights
{
    /// <summary>A reading that cuts must be this much better than leaving the word whole.</summary>
    internal const double Margin = 0.75;

    /// <summary>A known name of the entity's type; grows by half a point with each factor of ten of weight, to 7.5 for a country.</summary>
    private const double KnownName = 3,
        KnownNamePerDecade = 0.5;

    /// <summary>A known name of another type counts less, and only if it is as prominent as a big city: there is a village for every short
    /// word.</summary>
    private const double OtherType = 2.5,
        OtherTypeMinWeight = 1e5;

    /// <summary>A given or family name.</summary>
    private const double NamePartOfPerson = 4,
        NamePartOfOther = 1.5;

    /// <summary>The first word of a longer entity is a noun that names begin with, or the first word of known names, or a known name by itself (this
    /// much less).</summary>
    private const double Head = 5,
        BeginsEntry = 2.5,
        FirstWordOnly = 1.5;

    /// <summary>The name without the clitic stands in the document; the surface stands there a second time.</summary>
    private const double InDocument = 3.5,
        SurfaceAgain = 1;

    /// <summary>An article right after the clitic, before at least three letters, of an unknown name: وال, بال, لل hardly begin one.</summary>
    private const double Article = 2.5;

    /// <summary>Between two known names, لل more often hides an article than it doubles a lam.</summary>
    private const double RestoredArticle = 0.25;

    /// <summary>A hamza on its alef right after the clitic: hardly any name has وأ, بأ, لإ at its beginning.</summary>
    private const double Hamza = 2.5;

    /// <summary>An article is cut only before the name of a country, and only where no name begins with the article.</summary>
    private const double CountryWeight = 9e8;

    /// <summary>Latin letters or a digit after the clitic: وGoogle.</summary>
    private const double OtherScript = 8;

    /// <summary>Above the first, the model's preference for a cut speaks for it, as it reads most words that are split as names. At most it
    /// adds or takes the second.</summary>
    private const double Indifference = 2,
        MaxPreference = 4;

    /// <summary>Whether points that a word has as it stands do not come from knowing it.</summary>
    internal static bool IsUnknown(double pointsForSurface) => pointsForSurface <= SurfaceAgain;

    /// <summary>What speaks for leaving the word whole.</summary>
    internal static double ForSurface(in CliticSegmenter.Entity entity, ICliticEvidence evidence)
    {
        var points = ForEither(entity, entity.Key, entity.FirstWord, evidence);
        if (NameHeads.Contains(entity.FirstWord) || NameHeads.IsCompoundName(entity.FirstWord))
            points = Math.Max(points, Head);
        if (evidence.BeginsEntry(entity.FirstWord))
            points = Math.Max(points, BeginsEntry);
        return points == 0 && evidence.CountInDocument(entity.FirstWord) > 1 ? SurfaceAgain : points;
    }

    /// <summary>What speaks for a reading that cuts: <paramref name="name"/> is what it leaves of the whole entity, <paramref name="first"/> of the
    /// first word.</summary>
    internal static double ForName(
        in ProcliticCut cut,
        in CliticSegmenter.Entity entity,
        ReadOnlySpan<char> name,
        ReadOnlySpan<char> first,
        ICliticEvidence evidence
    )
    {
        if (cut.CutsArticle)
            return evidence.EntryWeight(name, EntityType.Location) >= CountryWeight ? ForEither(entity, name, first, evidence) : 0;
        var points = ForEither(entity, name, first, evidence);
        if (entity.HasMoreWords && NameHeads.Contains(first))
            points = Math.Max(points, entity.Type == EntityType.Person ? Head : Head + ShortName(first.Length));
        if (NameHeads.IsCompoundName(first))
            points = Math.Max(points, Head);
        if (first.StartsWith("ال") && first.Length >= 5)
            points = Math.Max(points, Article);
        if (evidence.CountInDocument(first) > 0)
            points += InDocument;
        var firstLetter = entity.FirstLetter(cut);
        if (firstLetter is 'أ' or 'إ' or 'آ')
            points += Hamza;
        if (char.IsAscii(firstLetter))
            points += OtherScript;
        if (evidence.Preference(first) is { } preference)
            points += Math.Clamp(preference - Indifference, -MaxPreference, MaxPreference);
        return points;
    }

    /// <summary>What a reading's clitics cost: how rarely they stand before names, and how little a short rest proves.</summary>
    internal static double Cost(in ProcliticCut cut, in CliticSegmenter.Entity entity, int nameLength)
    {
        var cost = cut.Conjunction switch
        {
            'و' => 0.5,
            'ف' => 3,
            _ => 0.0,
        };
        cost += cut.Preposition switch
        {
            'ب' => entity.Type switch
            {
                EntityType.Location => 1.2,
                EntityType.Organization => 1.5,
                _ => 2,
            },
            'ل' => 1.5,
            'ك' => 3.2,
            'س' => 5,
            _ => 0,
        };
        if (cut.CutsArticle)
            cost += 3;
        if (cut.Restored.Length > 0)
            cost -= RestoredArticle;
        return cost + ShortName(nameLength);
    }

    /// <summary>How little a short rest proves. A noun that places or organizations begin with (حي, تل) is spared.</summary>
    private static double ShortName(int length) =>
        length switch
        {
            2 => 3.5,
            3 => 1,
            _ => 0,
        };

    private static double ForEither(in CliticSegmenter.Entity entity, ReadOnlySpan<char> name, ReadOnlySpan<char> first, ICliticEvidence evidence) =>
        Math.Max(Known(name, entity.Type, evidence), KnownFirstWord(entity, first, evidence));

    private static double Known(ReadOnlySpan<char> name, EntityType type, ICliticEvidence evidence)
    {
        var points = evidence.EntryWeight(name, type) is { } weight ? Points(weight) : 0;
        for (var other = EntityType.Person; other <= EntityType.Organization; other++)
            if (other != type && evidence.EntryWeight(name, other) is >= OtherTypeMinWeight and var otherWeight)
                points = Math.Max(points, Points(otherWeight) - OtherType);
        return points;
    }

    private static double Points(double weight) => KnownName + KnownNamePerDecade * Math.Log10(1 + weight);

    private static double KnownFirstWord(in CliticSegmenter.Entity entity, ReadOnlySpan<char> first, ICliticEvidence evidence)
    {
        var points = 0.0;
        if (evidence.IsNamePart(first))
            points = entity.Type == EntityType.Person ? NamePartOfPerson : NamePartOfOther;
        if ((entity.HasMoreWords || entity.Type == EntityType.Person) && evidence.BeginsEntry(first))
            points = Math.Max(points, BeginsEntry);
        if (!entity.HasMoreWords)
            return points;
        return evidence.EntryWeight(first, entity.Type) is { } weight ? Math.Max(points, Points(weight) - FirstWordOnly) : points;
    }
}
