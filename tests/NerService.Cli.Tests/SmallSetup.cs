namespace NerService.Cli.Tests;

/// <summary>
/// Options of a model and a gazetteer that are there at once, for tests in which it does not matter what is found: <see cref="SmallModel"/> beside
/// one name that no test writes.
/// </summary>
internal static class SmallSetup
{
    internal static readonly string[] Options = ["--model", SmallModel.Folder, "--gazetteer-folder", GazetteerFolder()];

    private static string GazetteerFolder()
    {
        var folder = TemporaryFolder.UntilExit();
        File.WriteAllText(Path.Combine(folder, "names.tsv"), "زرقونة\tLOC\tsmall:1\t1\n");
        return folder;
    }
}
