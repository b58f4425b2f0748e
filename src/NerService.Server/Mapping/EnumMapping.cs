using NerService.Extraction;
using NerService.Inference;
using NerService.Text;
using V1 = NerService.Contracts.V1;

namespace NerService.Server.Mapping;

/// <summary>The contract's enums and the service's own, both ways. Validation has refused unknown values before.</summary>
internal static class EnumMapping
{
    internal static OffsetUnit ToOffsetUnit(V1.OffsetUnit unit) => unit switch
    {
        V1.OffsetUnit.Unspecified or V1.OffsetUnit.UnicodeCodePoint => OffsetUnit.CodePoint,
        V1.OffsetUnit.Utf16CodeUnit => OffsetUnit.Utf16,
        V1.OffsetUnit.Utf8Byte => OffsetUnit.Utf8,
        _ => throw new ArgumentOutOfRangeException(nameof(unit), unit, "Unknown offset unit."),
    };

    internal static V1.OffsetUnit ToContract(OffsetUnit unit) => unit switch
    {
        OffsetUnit.CodePoint => V1.OffsetUnit.UnicodeCodePoint,
        OffsetUnit.Utf16 => V1.OffsetUnit.Utf16CodeUnit,
        OffsetUnit.Utf8 => V1.OffsetUnit.Utf8Byte,
        _ => throw new ArgumentOutOfRangeException(nameof(unit), unit, "Unknown offset unit."),
    };

    internal static EntityType ToEntityType(V1.EntityType type) => type switch
    {
        V1.EntityType.Person => EntityType.Person,
        V1.EntityType.Location => EntityType.Location,
        V1.EntityType.Organization => EntityType.Organization,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Unknown entity type."),
    };

    internal static V1.EntityType ToContract(EntityType type) => type switch
    {
        EntityType.Person => V1.EntityType.Person,
        EntityType.Location => V1.EntityType.Location,
        EntityType.Organization => V1.EntityType.Organization,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Unknown entity type."),
    };

    internal static V1.Source ToContract(EntitySource source) => source switch
    {
        EntitySource.Model => V1.Source.Model,
        EntitySource.Gazetteer => V1.Source.Gazetteer,
        EntitySource.Both => V1.Source.Both,
        _ => throw new ArgumentOutOfRangeException(nameof(source), source, "Unknown source."),
    };

    internal static WorkPriority ToPriority(V1.Priority priority) => priority == V1.Priority.Bulk ? WorkPriority.Bulk : WorkPriority.Interactive;
}
