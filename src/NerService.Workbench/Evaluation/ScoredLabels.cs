using NerService.Extraction.Pipeline;
using NerService.Text.Labels;

namespace NerService.Workbench.Evaluation;

/// <summary>
/// Under which labels entities are compared. What models and corpora call one type in different words (PERS, PERSON) is one label, unless the model
/// tells them apart itself (LOC, GPE, FAC); labels that are none of the service's types count where the model has them.
/// </summary>
internal sealed class ScoredLabels
{
    private readonly HashSet<string> _own;

    /// <summary>The labels of what a model knows.</summary>
    internal ScoredLabels(IEnumerable<EntityLabel> labels)
    {
        var all = labels.ToList();
        var several = all.Where(label => label.Type != EntityType.Other)
            .GroupBy(label => label.Type)
            .Where(group => group.Count() > 1)
            .Select(group => group.Key)
            .ToHashSet();
        _own = all.Where(label => label.Type == EntityType.Other || several.Contains(label.Type))
            .Select(label => label.Name)
            .ToHashSet(StringComparer.Ordinal);
        Names = [.. EntityTags.Types.Select(EntityLabel.Of).Concat(all).Select(label => Of(label)!.Value.Name).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The service's types alone.</summary>
    internal static ScoredLabels OfTypes { get; } = new([]);

    /// <summary>Every label that is compared, the service's types first.</summary>
    internal IReadOnlyList<string> Names { get; }

    /// <summary>The labels of a loaded model.</summary>
    internal static ScoredLabels Of(EntityExtractor extractor)
    {
        using var lease = extractor.AcquireSnapshot();
        return new ScoredLabels(lease.Snapshot.Labels);
    }

    /// <summary>The label that an entity counts under; null when it counts under none.</summary>
    internal EntityLabel? Of(EntityLabel label) =>
        _own.Contains(label.Name) ? label
        : label.Type == EntityType.Other ? null
        : label.OfType;
}
