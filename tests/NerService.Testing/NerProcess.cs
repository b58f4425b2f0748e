using System.Diagnostics;

namespace NerService.Testing;

/// <summary>The command line in a process of its own. Its project is built with the tests that reference it.</summary>
public static class NerProcess
{
    private static readonly string Program = Repository.Program("NerService.Cli", "ner.dll");

    /// <summary>Starts it.</summary>
    public static ChildProcess Start(params IEnumerable<string> arguments) => ChildProcess.Start("dotnet", [Program, .. arguments]);

    /// <summary>Starts it through a shell, with {ner} in the command standing for the program.</summary>
    public static ChildProcess StartShell(string command)
    {
        var start = new ProcessStartInfo("bash", ["-c", command.Replace("{ner}", $"dotnet '{Program}'", StringComparison.Ordinal)]);
        // The runtime's double mapping of code would be the first to meet a limit on files.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        return ChildProcess.Start(start);
    }
}
