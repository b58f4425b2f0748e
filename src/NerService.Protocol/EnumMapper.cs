using System.Collections.Frozen;
using NerService.Extraction.Candidates;
using NerService.Extraction.Pipeline;
using NerService.Gazetteer;
using NerService.Inference;
using NerService.Text.Documents;
using NerService.Text.Labels;
using Candidate = NerService.Contracts.Debug.V1Alpha.CandidateExplanation.Types;
using Origin = NerService.Contracts.Debug.V1Alpha.ProposalExplanation.Types.Origin;
using Proto = NerService.Contracts.V1;

namespace NerService.Protocol;

/// <summary>
/// The contract's enumerations and their counterparts inside, which have the same names. A value that has no counterpart is refused
/// (<see cref="ArgumentOutOfRangeException"/>), never guessed.
/// </summary>
public static class EnumMapper
{
    /// <summary>The unit inside; unspecified is a code point.</summary>
    public static OffsetUnit FromProto(Proto.OffsetUnit unit) =>
        unit switch
        {
            Proto.OffsetUnit.Unspecified or Proto.OffsetUnit.UnicodeCodePoint => OffsetUnit.CodePoint,
            Proto.OffsetUnit.Utf16CodeUnit => OffsetUnit.Utf16,
            Proto.OffsetUnit.Utf8Byte => OffsetUnit.Utf8,
            _ => throw Unknown(unit),
        };

    /// <summary>The unit as the contract names it.</summary>
    public static Proto.OffsetUnit ToProto(OffsetUnit unit) =>
        unit switch
        {
            OffsetUnit.CodePoint => Proto.OffsetUnit.UnicodeCodePoint,
            OffsetUnit.Utf16 => Proto.OffsetUnit.Utf16CodeUnit,
            OffsetUnit.Utf8 => Proto.OffsetUnit.Utf8Byte,
            _ => throw Unknown(unit),
        };

    /// <summary>The type inside; unspecified is refused, for nothing is of no type.</summary>
    public static EntityType FromProto(Proto.EntityType type) => SameName<Proto.EntityType, EntityType>.Of(type);

    /// <summary>The type as the contract names it.</summary>
    public static Proto.EntityType ToProto(EntityType type) => SameName<EntityType, Proto.EntityType>.Of(type);

    /// <summary>The source as the contract names it.</summary>
    public static Proto.Source ToProto(EntitySource source) => SameName<EntitySource, Proto.Source>.Of(source);

    /// <summary>Whose a name is, as the contract names it.</summary>
    public static Origin ToProto(GazetteerOrigin origin) => SameName<GazetteerOrigin, Origin>.Of(origin);

    /// <summary>What became of a candidate, as the contract names it.</summary>
    public static Candidate.Outcome ToProto(CandidateOutcome outcome) => SameName<CandidateOutcome, Candidate.Outcome>.Of(outcome);

    /// <summary>How a candidate came up, as the contract names it.</summary>
    public static Candidate.Origin ToProto(CandidateOrigin origin) => SameName<CandidateOrigin, Candidate.Origin>.Of(origin);

    /// <summary>The priority inside; unspecified is interactive.</summary>
    public static WorkPriority FromProto(Proto.Priority priority) =>
        priority == Proto.Priority.Unspecified ? WorkPriority.Interactive : SameName<Proto.Priority, WorkPriority>.Of(priority);

    private static ArgumentOutOfRangeException Unknown(Enum value) =>
        new(nameof(value), value, $"'{value}' is not a known value of {value.GetType().Name}.");

    private static class SameName<TFrom, TTo>
        where TFrom : struct, Enum
        where TTo : struct, Enum
    {
        private static readonly FrozenDictionary<TFrom, TTo> Counterparts = Enum.GetValues<TFrom>()
            .Where(value => Enum.IsDefined(typeof(TTo), value.ToString()))
            .ToFrozenDictionary(value => value, value => Enum.Parse<TTo>(value.ToString()));

        internal static TTo Of(TFrom value) => Counterparts.TryGetValue(value, out var counterpart) ? counterpart : throw Unknown(value);
    }
}
