namespace NerService.Server.Hosting;

/// <summary>Finds the files that the configuration names relatively.</summary>
internal static class ContentLocator
{
    /// <summary>
    /// Finds a file or folder: absolute as it is; relative in the working directory, then beside the binary, then in each folder above the binary, so that
    /// a published folder and a fresh clone both work without configuration.
    /// </summary>
    /// <returns>The full path; for one that is nowhere, the full path in the working directory, whose absence the reader then reports.</returns>
    internal static string Resolve(string path) => Resolve(path, Directory.GetCurrentDirectory(), AppContext.BaseDirectory);

    internal static string Resolve(string path, string workingDirectory, string binaryDirectory)
    {
        var here = Path.GetFullPath(path, workingDirectory);
        if (Path.IsPathRooted(path) || Path.Exists(here)) return here;
        for (var folder = new DirectoryInfo(binaryDirectory); folder is not null; folder = folder.Parent)
            if (Path.GetFullPath(path, folder.FullName) is var candidate && Path.Exists(candidate)) return candidate;
        return here;
    }
}
