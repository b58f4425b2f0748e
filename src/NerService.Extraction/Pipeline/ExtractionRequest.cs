using System.Collections.Immutable;
using NerService.Inference;
using NerService.Text.Documents;
using NerService.Text.Labels;

namespace NerService.Extraction.Pipeline;

/// <summary>One document and how to answer for it.</summary>
public sealed record ExtractionRequest : ClassificationOptions
{
    /// <summary>The document.</summary>
    public required SourceText Source { get; init; }

    /// <summary>The types wanted, together with <see cref="Labels"/>; both empty, the default, means all.</summary>
    public ImmutableArray<EntityType> Types { get; init; } = [];

    /// <summary>The labels wanted, as the model calls them, together with <see cref="Types"/>; both empty, the default, means all.</summary>
    public ImmutableArray<string> Labels { get; init; } = [];

    /// <summary>Entities with a lower confidence are left out. In [0, 1]; default 0.</summary>
    public float MinConfidence { get; init; }

    /// <summary>Takes the place of <see cref="MinConfidence"/> for entities of a label, as the model calls it.</summary>
    public ImmutableDictionary<string, float> MinConfidenceByLabel { get; init; } = ImmutableDictionary<string, float>.Empty;

    /// <summary>Whether the gazetteer proposes entities. Default: true.</summary>
    public bool UseGazetteer { get; init; } = true;

    /// <summary>Whether the arbiter judges. Without it the model's own entities are returned as they are, with the model's own probability as
    /// confidence. Default: true; of no effect where the model has no arbiter or <see cref="ClassificationOptions.Output"/> is not
    /// its default.</summary>
    public bool UseArbiter { get; init; } = true;

    /// <summary>The caller's own names, and those that must not be returned. Default: none.</summary>
    public CallerNames Names { get; init; } = CallerNames.None;

    /// <summary>Whether mentions of one entity are joined. Default: true.</summary>
    public bool Group { get; init; } = true;

    /// <summary>Whether the document's sentences are returned. Default: false.</summary>
    public bool IncludeSentences { get; init; }

    /// <summary>Whether the answer says why. Default: false.</summary>
    public bool Explain { get; init; }

    /// <summary>The only model to answer with, name@version; null, the default, means any.</summary>
    public string? ModelVersion { get; init; }

    /// <summary>The only gazetteer to answer with; null, the default, means any.</summary>
    public string? GazetteerVersion { get; init; }

    /// <summary>Whether entities of a label are to be returned.</summary>
    internal bool Wants(EntityLabel label) =>
        Types.IsDefaultOrEmpty && Labels.IsDefaultOrEmpty || Types.Contains(label.Type) || Labels.Contains(label.Name);

    /// <summary>The least confidence of a label's entities.</summary>
    internal float MinConfidenceOf(EntityLabel label) => MinConfidenceByLabel.GetValueOrDefault(label.Name, MinConfidence);
}
