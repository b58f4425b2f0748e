using System.Collections.Immutable;
using NerService.Text.Documents;
using NerService.Text.Labels;

namespace NerService.Extraction.Pipeline;

/// <summary>Where an entity comes from.</summary>
public enum EntitySource
{
    /// <summary>The model alone.</summary>
    Model,

    /// <summary>The gazetteer alone: the model hesitated.</summary>
    Gazetteer,

    /// <summary>Model and gazetteer agree on span and type.</summary>
    Both,
}

/// <summary>One mention of a named entity.</summary>
public sealed record ExtractedEntity
{
    /// <summary>The kind of entity as the model calls it.</summary>
    public required EntityLabel Label { get; init; }

    /// <summary>The kind of entity.</summary>
    public EntityType Type => Label.Type;

    /// <summary>The whole word or words, proclitics included.</summary>
    public required TextSpan Span { get; init; }

    /// <summary>The words of the mention.</summary>
    public required WordRange Words { get; init; }

    /// <summary>The name without its proclitics; equal to <see cref="Span"/> when nothing was cut.</summary>
    public required TextSpan CoreSpan { get; init; }

    /// <summary>The proclitics that were cut, in reading order.</summary>
    public ImmutableArray<string> Clitics { get; init; } = [];

    /// <summary>The name as a dictionary would print it: no clitics, tashkeel or tatweel, the article restored.</summary>
    public required string NormalizedName { get; init; }

    /// <summary>Calibrated probability that span and type are right, in [0, 1].</summary>
    public required float Confidence { get; init; }

    /// <summary>Where the entity comes from.</summary>
    public required EntitySource Source { get; init; }

    /// <summary>Identifier of the gazetteer entry that matched; null when none did.</summary>
    public string? GazetteerId { get; init; }

    /// <summary>Canonical name of the gazetteer entry that matched; null when none did.</summary>
    public string? CanonicalName { get; init; }

    /// <summary>Mentions with the same id are one entity of the document; null when grouping is off.</summary>
    public string? EntityId { get; init; }

    /// <summary>The title next to a person's name; null when there is none.</summary>
    public TextSpan? Title { get; init; }
}

/// <summary>The mentions of one entity in a document.</summary>
/// <param name="EntityId">The id its mentions carry.</param>
/// <param name="CanonicalName">The fullest, most frequent form, without clitics.</param>
/// <param name="Label">What the first mention names it, as the model calls it.</param>
/// <param name="GazetteerId">Null when no mention matched the gazetteer.</param>
/// <param name="Mentions">Indices into the entities, in document order.</param>
public sealed record EntityGroup(string EntityId, string CanonicalName, EntityLabel Label, string? GazetteerId, ImmutableArray<int> Mentions)
{
    /// <summary>The kind of entity.</summary>
    public EntityType Type => Label.Type;
}
