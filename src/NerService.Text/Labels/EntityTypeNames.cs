using System.Collections.Frozen;

namespace NerService.Text.Labels;

/// <summary>
/// What corpora and models call the three types: the one table of the names, for evaluation, for CoNLL files and for models from elsewhere.
/// </summary>
public static class EntityTypeNames
{
    private static readonly FrozenDictionary<string, EntityType> Types = new Dictionary<string, EntityType>(StringComparer.OrdinalIgnoreCase)
    {
        ["PER"] = EntityType.Person,
        ["PERS"] = EntityType.Person,
        ["PERSON"] = EntityType.Person,
        ["PEOPLE"] = EntityType.Person,
        ["LOC"] = EntityType.Location,
        ["LOCATION"] = EntityType.Location,
        ["PLACE"] = EntityType.Location,
        // A country or city as a people or government; the product's guideline makes it a location as well.
        ["GPE"] = EntityType.Location,
        ["GEO"] = EntityType.Location,
        ["FAC"] = EntityType.Location,
        ["FACILITY"] = EntityType.Location,
        ["ORG"] = EntityType.Organization,
        ["ORGANIZATION"] = EntityType.Organization,
        ["ORGANISATION"] = EntityType.Organization,
        ["CORP"] = EntityType.Organization,
        ["CORPORATION"] = EntityType.Organization,
        ["COMPANY"] = EntityType.Organization,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, EntityType>.AlternateLookup<ReadOnlySpan<char>> BySpan = Types.GetAlternateLookup<
        ReadOnlySpan<char>
    >();

    /// <summary>Reads a type's name in any case; white space around it does not count.</summary>
    /// <returns>False for a type that the service does not know, such as MISC.</returns>
    public static bool TryRead(ReadOnlySpan<char> name, out EntityType type) => BySpan.TryGetValue(name.Trim(), out type);
}
