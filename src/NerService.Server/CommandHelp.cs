using NerService.Server.Lifecycle;
using NerService.Server.Options;

namespace NerService.Server;

/// <summary><c>--help</c> and <c>--version</c>.</summary>
internal static class CommandHelp
{
    private const string SettingsFile = "appsettings.json";

    /// <summary>The version of this build.</summary>
    internal static string Version { get; } = typeof(CommandHelp).Assembly.GetName().Version!.ToString(3);

    /// <summary>Answers when asked.</summary>
    /// <returns>Whether it was.</returns>
    internal static bool Answers(string[] args)
    {
        switch (args)
        {
            case ["--version"]:
                Console.WriteLine(Version);
                return true;
            case ["--help" or "-h" or "-?"]:
                Console.WriteLine(
                    $"""
                    Finds people, places and organizations in Arabic text, over gRPC and HTTP. Version {Version}.

                    NerService.Server [--Ner:SECTION:OPTION=VALUE ...]   serves until it is told to stop
                    NerService.Server --health-check [URL]               asks a running server; 0 when it serves, 1 otherwise
                    NerService.Server --check-config [OPTION ...]        reads all that a start reads, opens no port, and says whether it would serve
                    NerService.Server --version

                    Exit codes: 0 stopped in order, {ConfigurationCheck.ExitCode} wrong configuration,
                    {ModelLoadService.LoadFailedExitCode} the model cannot be served, {StartCheck.PortExitCode} a port cannot be opened,
                    {StartCheck.SecurityExitCode} keys or certificates cannot be used.

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
