using NerService.Text.Labels;

namespace NerService.Extraction.Selection;

/// <summary>The probability from which a candidate of each type may be kept.</summary>
/// <param name="Person">Of people.</param>
/// <param name="Location">Of places.</param>
/// <param name="Organization">Of organizations.</param>
public readonly record struct KeepThresholds(double Person, double Location, double Organization)
{
    private const double Even = 0.5;

    /// <summary>Where no arbiter judges: more likely right than wrong.</summary>
    public static KeepThresholds WithoutArbiter { get; } = new(Even, Even, Even);

    /// <summary>The threshold of a type; one half for one that no arbiter judges.</summary>
    public double this[EntityType type] =>
        type switch
        {
            EntityType.Person => Person,
            EntityType.Location => Location,
            EntityType.Organization => Organization,
            _ => Even,
        };

    /// <summary>The thresholds with another one for a type.</summary>
    internal KeepThresholds With(EntityType type, double threshold) =>
        type switch
        {
            EntityType.Person => this with { Person = threshold },
            EntityType.Location => this with { Location = threshold },
            _ => this with { Organization = threshold },
        };
}
