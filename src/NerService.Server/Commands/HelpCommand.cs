using NerService.Server.Lifecycle;

namespace NerService.Server.Commands;

/// <summary><c>--help</c> and <c>--version</c>.</summary>
internal static class HelpCommand
{
    private const string SettingsFile = "appsettings.json";

    /// <summary>Answers where the arguments ask for either.</summary>
    /// <returns>Whether they did.</returns>
    internal static bool TryRun(string[] args)
    {
        switch (args)
        {
            case ["--version"]:
                Console.WriteLine(ServerHost.Version);
                return true;
            case ["--help" or "-h" or "-?"]:
                Console.WriteLine(
                    $"""
                    Finds people, places and organizations in Arabic text, over gRPC and HTTP. Version {ServerHost.Version}.

                    NerService.Server [--Ner:SECTION:OPTION=VALUE ...]   serves until it is told to stop
                    NerService.Server --health-check [URL]               asks a running server; 0 when it serves, 1 otherwise
                    NerService.Server --check-config [OPTION ...]        reads all that a start reads, opens no port, and says whether it would serve
                    NerService.Server --version

                    Exit codes: 0 stopped in order, {ExitCode.WrongConfiguration} wrong configuration,
                    {ExitCode.NothingToServe} the model cannot be served, {ExitCode.PortUnavailable} a port cannot be opened,
                    {ExitCode.SecurityUnusable} keys or certificates cannot be used.

                    Every option with its default ({SettingsFile}):

                    """
                );
                Console.WriteLine(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, SettingsFile)));
                return true;
            default:
                return false;
        }
    }
}
