namespace NerService.Extraction.Snapshots;

/// <summary>Finds the files that options name relatively: one rule for the server and the command line.</summary>
public static class ContentLocator
{
    /// <summary>The built-in model's folder, relative.</summary>
    public const string DefaultModelFolder = "models/arabic-news";

    /// <summary>The built-in gazetteer's folder, relative.</summary>
    public const string DefaultGazetteerFolder = "models/gazetteer";

    /// <summary>
    /// Finds a file or folder: absolute as it is; relative in the working directory, then beside the binary, then in each folder above the binary, so
    /// that a published folder and a fresh clone both work without configuration.
    /// </summary>
    /// <returns>The full path; for one that is nowhere, the full path in the working directory, whose absence the reader then reports.</returns>
    public static string Resolve(string path) => Resolve(path, Directory.GetCurrentDirectory(), AppContext.BaseDirectory);

    /// <summary>The same rule with the two folders given; it reads nothing else of the process.</summary>
    public static string Resolve(string path, string workingDirectory, string binaryDirectory)
    {
        var here = Path.GetFullPath(path, workingDirectory);
        if (Path.IsPathRooted(path) || Path.Exists(here))
            return here;
        for (var folder = new DirectoryInfo(binaryDirectory); folder is not null; folder = folder.Parent)
            if (Path.GetFullPath(path, folder.FullName) is var candidate && Path.Exists(candidate))
                return candidate;
        return here;
    }
}
