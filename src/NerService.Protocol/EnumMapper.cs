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

/// <summary>The contract's enumerations and their counterparts inside. An unknown value is refused, never guessed.</summary>
public static class EnumMapper
{
    /// <summary>The unit inside; unspecified is a code point.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The contract has no such value.</exception>
    public static OffsetUnit FromProto(Proto.OffsetUnit unit) =>
        unit switch
        {
            Proto.OffsetUnit.Unspecified or Proto.OffsetUnit.UnicodeCodePoint => OffsetUnit.CodePoint,
            Proto.OffsetUnit.Utf16CodeUnit => OffsetUnit.Utf16,
            Proto.OffsetUnit.Utf8Byte => OffsetUnit.Utf8,
            _ => throw Unknown(nameof(unit), unit),
        };

    /// <summary>The unit as the contract names it.</summary>
    public static Proto.OffsetUnit ToProto(OffsetUnit unit) =>
        unit switch
        {
            OffsetUnit.CodePoint => Proto.OffsetUnit.UnicodeCodePoint,
            OffsetUnit.Utf16 => Proto.OffsetUnit.Utf16CodeUnit,
            OffsetUnit.Utf8 => Proto.OffsetUnit.Utf8Byte,
            _ => throw Unknown(nameof(unit), unit),
        };

    /// <summary>The type inside; unspecified is refused, for nothing is of no type.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The contract has no such value, or it is unspecified.</exception>
    public static EntityType FromProto(Proto.EntityType type) =>
        type switch
        {
            Proto.EntityType.Person => EntityType.Person,
            Proto.EntityType.Location => EntityType.Location,
            Proto.EntityType.Organization => EntityType.Organization,
            Proto.EntityType.Other => EntityType.Other,
            _ => throw Unknown(nameof(type), type),
        };

    /// <summary>The type as the contract names it.</summary>
    public static Proto.EntityType ToProto(EntityType type) =>
        type switch
        {
            EntityType.Person => Proto.EntityType.Person,
            EntityType.Location => Proto.EntityType.Location,
            EntityType.Organization => Proto.EntityType.Organization,
            EntityType.Other => Proto.EntityType.Other,
            _ => throw Unknown(nameof(type), type),
        };

    /// <summary>The source as the contract names it.</summary>
    public static Proto.Source ToProto(EntitySource source) =>
        source switch
        {
            EntitySource.Model => Proto.Source.Model,
            EntitySource.Gazetteer => Proto.Source.Gazetteer,
            EntitySource.Both => Proto.Source.Both,
            _ => throw Unknown(nameof(source), source),
        };

    /// <summary>Whose a name is, as the contract names it.</summary>
    public static Origin ToProto(GazetteerOrigin origin) =>
        origin switch
        {
            GazetteerOrigin.BuiltIn => Origin.BuiltIn,
            GazetteerOrigin.User => Origin.User,
            GazetteerOrigin.Request => Origin.Request,
            GazetteerOrigin.TrainingText => Origin.TrainingText,
            _ => throw Unknown(nameof(origin), origin),
        };

    /// <summary>What became of a candidate, as the contract names it.</summary>
    public static Candidate.Outcome ToProto(CandidateOutcome outcome) =>
        outcome switch
        {
            CandidateOutcome.Kept => Candidate.Outcome.Kept,
            CandidateOutcome.KeptUnjudged => Candidate.Outcome.KeptUnjudged,
            CandidateOutcome.Denied => Candidate.Outcome.Denied,
            CandidateOutcome.Unlikely => Candidate.Outcome.Unlikely,
            CandidateOutcome.Outweighed => Candidate.Outcome.Outweighed,
            _ => throw Unknown(nameof(outcome), outcome),
        };

    /// <summary>How a candidate came up, as the contract names it.</summary>
    public static Candidate.Origin ToProto(CandidateOrigin origin) =>
        origin switch
        {
            CandidateOrigin.Model => Candidate.Origin.Model,
            CandidateOrigin.Gazetteer => Candidate.Origin.Gazetteer,
            CandidateOrigin.RunnerUpType => Candidate.Origin.RunnerUpType,
            CandidateOrigin.RunnerUpBoundary => Candidate.Origin.RunnerUpBoundary,
            CandidateOrigin.CoordinatedPart => Candidate.Origin.CoordinatedPart,
            CandidateOrigin.Wavering => Candidate.Origin.Wavering,
            _ => throw Unknown(nameof(origin), origin),
        };

    /// <summary>The priority inside; unspecified is interactive.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The contract has no such value.</exception>
    public static WorkPriority FromProto(Proto.Priority priority) =>
        priority switch
        {
            Proto.Priority.Unspecified or Proto.Priority.Interactive => WorkPriority.Interactive,
            Proto.Priority.Bulk => WorkPriority.Bulk,
            _ => throw Unknown(nameof(priority), priority),
        };

    private static ArgumentOutOfRangeException Unknown(string name, Enum value) =>
        new(name, value, $"'{value}' is no known value of {value.GetType().Name}.");
}
