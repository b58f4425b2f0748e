using NerService.Text.Labels;

namespace NerService.Gazetteer;

/// <summary>A name and what it names.</summary>
/// <param name="Surface">The name as written; folded before it is matched.</param>
/// <param name="Label">What it names: one of the service's types, or a label of the model's own.</param>
/// <param name="Id">Identifier of the thing named; several surfaces may share one.</param>
/// <param name="Weight">How prominent the thing is (places: population); at least 0.</param>
/// <param name="Canonical">The name to print; null means the heaviest surface with the same id.</param>
public sealed record GazetteerEntry(string Surface, EntityLabel Label, string Id, double Weight = 1, string? Canonical = null)
{
    /// <summary>What the label is among the service's types.</summary>
    public EntityType Type => Label.Type;
}
