namespace NerService.Docs.Tests;

/// <summary>The pages that a reader of this repository follows, and their blocks.</summary>
internal static class Pages
{
    /// <summary>Every page but the change log, from the repository's root.</summary>
    internal static IReadOnlyList<string> All { get; } =
    [
        .. Directory
            .EnumerateFiles(Repository.Root, "*.md", new EnumerationOptions { RecurseSubdirectories = true })
            .Select(file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'))
            .Where(page => page != "CHANGELOG.md" && !page.Split('/').Any(part => part is "bin" or "obj" or "artifacts" or "node_modules" or ".venv"))
            .Order(StringComparer.Ordinal),
    ];

    internal static IReadOnlyList<FencedBlock> BlocksOf(string page) => [.. FencedBlock.Read(page, Content(page))];

    internal static string Content(string page) => File.ReadAllText(Repository.PathOf(page));
}
