using System.Collections.Immutable;
using NerService.Text.Documents;
using NerService.Text.Labels;

namespace NerService.Workbench.Training;

/// <summary>A stretch of annotated text.</summary>
/// <param name="File">Name of the file it comes from, or of the augmentation that made it; for reports.</param>
/// <param name="Group">What must not be split between training and testing: the document it belongs to.</param>
/// <param name="Source">Its words.</param>
/// <param name="Entities">The entities that are there.</param>
/// <param name="Types">The types annotated by the product's guideline; candidates of others are not looked at. Empty means all. A document with
/// restricted types teaches but is not scored: its other entities are not known.</param>
internal sealed record LabelledDocument(
    string File,
    string Group,
    SourceText Source,
    ImmutableArray<LabelledEntity> Entities,
    ImmutableArray<EntityType> Types = default
)
{
    /// <summary>The words that augmentation changed, which alone teach something; null for a document as its author wrote it.</summary>
    internal WordRange? Augmented { get; init; }

    /// <summary>How much each of its examples weighs. Default 1.</summary>
    internal float Weight { get; init; } = 1;

    /// <summary>Whether answers can be scored: all of it is annotated, and none of it is augmented.</summary>
    internal bool IsScored => !IsRestricted && Augmented is null;

    /// <summary>Whether only some types are annotated.</summary>
    internal bool IsRestricted => !Types.IsDefaultOrEmpty;

    /// <summary>Some of its words, as they are written.</summary>
    internal string[] Tokens(WordRange words) =>
        [.. Enumerable.Range(words.Start, words.Length).Select(word => Source.SpanOf(new WordRange(word, word + 1)).Of(Source.Text))];

    /// <summary>Whether a type is annotated.</summary>
    internal bool Covers(EntityType type) => !IsRestricted || Types.Contains(type);
}

/// <summary>An annotated entity.</summary>
internal readonly record struct LabelledEntity(WordRange Words, EntityLabel Label)
{
    internal EntityType Type => Label.Type;
}
