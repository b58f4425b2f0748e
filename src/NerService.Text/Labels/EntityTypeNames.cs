using System.Collections.Frozen;

namespace NerService.Text.Labels;

/// <summary>
/// What corpora and models call the three types: the one table of the names, for evaluation, for CoNLL files and for models from elsewhere.
/// </summary>
public static class EntityTypeNames
{
    /// <summary>What separates a coarse type from a finer one.</summary>
    private const string Finer = "-.:/";

    // GPE, a country or city as a people or government, is a location by the product's guideline as well. The finer names are MultiCoNER's.
    private static readonly FrozenDictionary<string, EntityType> Types = Named(
            EntityType.Person,
            "PER PERS PERSON PEOPLE OtherPER Artist Athlete Cleric Politician Scientist SportsManager"
        )
        .Concat(Named(EntityType.Location, "LOC LOCATION PLACE GPE GEO FAC FACILITY OtherLOC HumanSettlement Station"))
        .Concat(
            Named(
                EntityType.Organization,
                "ORG ORGANIZATION ORGANISATION CORP CORPORATION COMPANY GRP "
                    + "AerospaceManufacturer CarManufacturer MusicalGRP PrivateCORP PublicCORP SportsGRP TechCORP"
            )
        )
        .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, EntityType>.AlternateLookup<ReadOnlySpan<char>> BySpan = Types.GetAlternateLookup<
        ReadOnlySpan<char>
    >();

    /// <summary>
    /// Reads a type's name in any case; white space around it does not count. Of a finer type, as person-artist, the coarse part counts.
    /// </summary>
    /// <returns>False for a type that the service does not know, such as MISC.</returns>
    public static bool TryRead(ReadOnlySpan<char> name, out EntityType type)
    {
        name = name.Trim();
        var coarse = name.IndexOfAny(Finer) is > 0 and var end ? name[..end] : name;
        return BySpan.TryGetValue(name, out type) || BySpan.TryGetValue(coarse, out type);
    }

    private static IEnumerable<KeyValuePair<string, EntityType>> Named(EntityType type, string names) =>
        names.Split(' ').Select(name => KeyValuePair.Create(name, type));
}
