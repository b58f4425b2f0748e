using System.Collections.Immutable;

namespace NerService.Text.Labels;

/// <summary>The short names of entity types in BIO tags.</summary>
public static class EntityTypes
{
    /// <summary>The types that have a tag of their own, which are those that the arbiter judges.</summary>
    public static ImmutableArray<EntityType> Tagged { get; } = [EntityType.Person, EntityType.Location, EntityType.Organization];

    /// <summary>PER, LOC or ORG.</summary>
    public static string ToTag(this EntityType type) =>
        type switch
        {
            EntityType.Person => "PER",
            EntityType.Location => "LOC",
            EntityType.Organization => "ORG",
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Unknown entity type."),
        };

    /// <summary>Reads PER, LOC or ORG.</summary>
    /// <returns>False for any other tag.</returns>
    public static bool TryParseTag(ReadOnlySpan<char> tag, out EntityType type)
    {
        (type, var known) = tag switch
        {
            "PER" => (EntityType.Person, true),
            "LOC" => (EntityType.Location, true),
            "ORG" => (EntityType.Organization, true),
            _ => (default, false),
        };
        return known;
    }
}
