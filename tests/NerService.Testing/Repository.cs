namespace NerService.Testing;

/// <summary>The checkout that the tests run in.</summary>
public static class Repository
{
    /// <summary>Its root: the folder of <c>NerService.sln</c>.</summary>
    public static string Root { get; } = Find();

    /// <summary>Full path of a file or folder of it.</summary>
    /// <param name="parts">The way from the root.</param>
    public static string PathOf(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    /// <summary>
    /// A program of <c>src</c> as it was built with these tests, in its own folder. (Beside the tests it would lack what their other packages bring.)
    /// </summary>
    /// <param name="project">Name of its project.</param>
    /// <param name="assembly">Name of its file.</param>
    public static string Program(string project, string assembly)
    {
        var framework = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        return PathOf("src", project, "bin", framework.Parent!.Name, framework.Name, assembly);
    }

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "NerService.sln")))
                return folder.FullName;
        throw new DirectoryNotFoundException($"There is no NerService.sln above {AppContext.BaseDirectory}.");
    }
}
