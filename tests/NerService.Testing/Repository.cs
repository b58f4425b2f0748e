namespace NerService.Testing;

/// <summary>The checkout that the tests run in.</summary>
public static class Repository
{
    /// <summary>Its root: the folder of <c>NerService.sln</c>.</summary>
    public static string Root { get; } = Find();

    /// <summary>Full path of a file or folder of it.</summary>
    /// <param name="parts">The way from the root.</param>
    public static string PathOf(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "NerService.sln")))
                return folder.FullName;
        throw new DirectoryNotFoundException($"There is no NerService.sln above {AppContext.BaseDirectory}.");
    }
}
