namespace NerService.Text.Labels;

/// <summary>The kind of a named entity.</summary>
public enum EntityType
{
    /// <summary>A person's name, without title.</summary>
    Person,

    /// <summary>A country, city, region, natural feature or named facility.</summary>
    Location,

    /// <summary>A ministry, army, parliament, company, club, university, medium or agency.</summary>
    Organization,

    /// <summary>Another kind, which only the model's own label names.</summary>
    Other,
}
