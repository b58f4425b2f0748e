using System.Collections.Immutable;
using NerService.Text;

namespace NerService.Extraction.Arbitration;

/// <summary>A stretch of annotated text.</summary>
/// <param name="File">Name of the file it comes from, for reports.</param>
/// <param name="Group">What must not be split between training and testing: the document it belongs to.</param>
/// <param name="Source">Its words.</param>
/// <param name="Entities">The entities that are there.</param>
public sealed record LabelledDocument(string File, string Group, SourceText Source, ImmutableArray<LabelledEntity> Entities);

/// <summary>An annotated entity.</summary>
/// <param name="Words">Its words.</param>
/// <param name="Type">Its type.</param>
public readonly record struct LabelledEntity(WordRange Words, EntityType Type);
