namespace NerService.Testing;

/// <summary>
/// A model that is there at once, for tests in which it does not matter what is found: it knows two people, a city and an organization
/// (<c>tests/data/exported/make_models.py</c>).
/// </summary>
public static class SmallModel
{
    /// <summary>Its folder.</summary>
    public static string Folder { get; } = Repository.PathOf("tests", "data", "exported", "wordpiece-iobes");
}
