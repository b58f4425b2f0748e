using System.Collections.Immutable;

namespace NerService.Text.Labels;

/// <summary>The tags of entity types, as in BIO labels.</summary>
public static class EntityTags
{
    /// <summary>The types that have a tag, which are those that the arbiter judges.</summary>
    public static ImmutableArray<EntityType> Types { get; } = [EntityType.Person, EntityType.Location, EntityType.Organization];

    /// <summary>PER, LOC or ORG.</summary>
    public static string ToTag(this EntityType type) =>
        Types.Contains(type) ? EntityLabel.Of(type).Name : throw new ArgumentOutOfRangeException(nameof(type), type, "Unknown entity type.");

    /// <summary>Reads PER, LOC or ORG.</summary>
    /// <returns>False for any other tag.</returns>
    public static bool TryParseTag(ReadOnlySpan<char> tag, out EntityType type)
    {
        type = tag switch
        {
            "PER" => EntityType.Person,
            "LOC" => EntityType.Location,
            "ORG" => EntityType.Organization,
            _ => EntityType.Other,
        };
        return type != EntityType.Other;
    }
}
