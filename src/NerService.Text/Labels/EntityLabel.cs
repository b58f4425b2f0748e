namespace NerService.Text.Labels;

/// <summary>The kind of an entity as a model or a gazetteer calls it, and what that is among the service's types.</summary>
/// <param name="Name">The model's own word: PER, GPE, EVENT.</param>
/// <param name="Type">The service's type; <see cref="EntityType.Other"/> where it has none for it.</param>
public readonly record struct EntityLabel(string Name, EntityType Type)
{
    private static readonly EntityLabel Person = new("PER", EntityType.Person),
        Location = new("LOC", EntityType.Location),
        Organization = new("ORG", EntityType.Organization);

    /// <summary>The label of the type alone: what models of one type differ in (LOC, GPE, FAC) is one, any other label is its own.</summary>
    public EntityLabel OfType => Type == EntityType.Other ? this : Of(Type);

    /// <summary>The label by its name: GPE is a location, EVENT something else.</summary>
    public static EntityLabel Of(string name) => new(name, EntityTypeNames.TryRead(name, out var type) ? type : EntityType.Other);

    /// <summary>The service's own label of a type: PER, LOC, ORG, or OTHER.</summary>
    public static EntityLabel Of(EntityType type) =>
        type switch
        {
            EntityType.Person => Person,
            EntityType.Location => Location,
            EntityType.Organization => Organization,
            _ => new EntityLabel("OTHER", type),
        };

    /// <summary>A type is its own label: see <see cref="Of(EntityType)"/>.</summary>
    public static implicit operator EntityLabel(EntityType type) => Of(type);

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Whether a word can be a label: a letter, then letters, digits, _ and -, 64 at most.</summary>
    public static bool IsName(ReadOnlySpan<char> name)
    {
        if (name.Length is 0 or > 64 || !char.IsLetter(name[0]))
            return false;
        foreach (var c in name)
            if (!char.IsLetterOrDigit(c) && c is not ('_' or '-'))
                return false;
        return true;
    }
}
