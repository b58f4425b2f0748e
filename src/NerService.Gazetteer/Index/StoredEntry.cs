using NerService.Text.Labels;

namespace NerService.Gazetteer.Index;

/// <summary>An entry as an index keeps it, its texts by their numbers in the index's <see cref="TextPool"/>: equal texts have one number.</summary>
/// <param name="Surface">The name as written.</param>
/// <param name="Id">What it names; the empty text is not an id.</param>
/// <param name="Canonical">The name to print; <see cref="None"/> only while the index is built.</param>
/// <param name="Label">A label of a model's own; <see cref="None"/> where the type says it all.</param>
/// <param name="Weight">How prominent the thing is.</param>
/// <param name="Type">What it names.</param>
/// <param name="NeedsContext">Whether it is an ordinary word too.</param>
internal readonly record struct StoredEntry(int Surface, int Id, int Canonical, int Label, double Weight, EntityType Type, bool NeedsContext)
{
    /// <summary>No text.</summary>
    internal const int None = -1;
}
