using System.Collections.Immutable;
using NerService.Extraction.Selection;
using NerService.Gazetteer;
using NerService.Gazetteer.Index;
using NerService.Gazetteer.Loading;
using NerService.Inference;
using NerService.Text.Labels;

namespace NerService.Extraction.Snapshots;

/// <summary>Everything an answer depends on, together and unchanging: one request uses one snapshot from its first step to its last.</summary>
public sealed class Snapshot : IDisposable
{
    internal Snapshot(
        TokenClassifier model,
        Arbiter? arbiter,
        ImmutableArray<GazetteerIndex> gazetteers,
        GazetteerIndex seenNames,
        NameParts nameParts
    )
    {
        (Model, Arbiter, Gazetteers, SeenNames, NameParts) = (model, arbiter, gazetteers, seenNames, nameParts);
        KnowsPlaces = gazetteers.Any(gazetteer => gazetteer is { Origin: GazetteerOrigin.BuiltIn, Count: > 0 });
        GazetteerVersion = string.Join('+', gazetteers.Select(g => g.Version));
        Labels =
        [
            .. model
                .Labels.Types.Concat(gazetteers.SelectMany(gazetteer => gazetteer.OwnLabels))
                .Distinct(StringComparer.Ordinal)
                .Select(EntityLabel.Of),
        ];
    }

    /// <summary>The loaded model.</summary>
    public TokenClassifier Model { get; }

    /// <summary>
    /// What entities can be: the labels of the model's default output in their order, then those of gazetteer entries that it does not have.
    /// </summary>
    public ImmutableArray<EntityLabel> Labels { get; }

    /// <summary>The built-in gazetteer and the user's, those that are loaded.</summary>
    public ImmutableArray<GazetteerIndex> Gazetteers { get; }

    /// <summary>The lines of gazetteer files that were left out (<see cref="GazetteerLoadOptions.BadLines"/>).</summary>
    public SkippedLines SkippedLines { get; internal init; } = SkippedLines.None;

    /// <summary>Names of the model's training text that no list has: evidence, no entities. Empty when the model has none.</summary>
    public GazetteerIndex SeenNames { get; }

    /// <summary>Whether the built-in gazetteer is loaded, which knows most of the world's places.</summary>
    internal bool KnowsPlaces { get; }

    /// <summary>Given and family names.</summary>
    public NameParts NameParts { get; }

    internal bool Knows(string label) => Labels.Any(known => known.Name == label);

    /// <summary>name@version of the model.</summary>
    public string ModelVersion => Model.Manifest.Identity;

    /// <summary>Content hashes of the gazetteers joined by +; empty when none is loaded.</summary>
    public string GazetteerVersion { get; }

    /// <summary>
    /// Whether the model came with an arbiter; without one the gazetteer cannot speak and confidence is the model's own probability.
    /// </summary>
    public bool HasArbiter => Arbiter is not null;

    internal Arbiter? Arbiter { get; }

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();
}
