using System.Diagnostics;
using System.Text.RegularExpressions;

namespace NerService.Docs.Tests;

/// <summary>
/// A reader's terminals: a shell that keeps its folder and variables from block to block, and one more for each program that goes on.
/// </summary>
internal sealed partial class Terminal : IDisposable
{
    private readonly TemporaryFolder _scratch = new();
    private readonly Process _shell;
    private readonly List<ChildProcess> _servers = [];
    private int _steps;

    /// <param name="environment">Variables that are set in every terminal.</param>
    internal Terminal(IReadOnlyDictionary<string, string> environment)
    {
        Environment = environment;
        Directory.CreateDirectory(Folder);
        Directory.CreateDirectory(_scratch["temporary"]);
        var start = Command(
            """
            set -eo pipefail
            trap 'kill $(jobs -p) 2> /dev/null' EXIT
            while read -r step; do
              . "$step" > "$step.out" 2>&1 < /dev/null
              echo done
            done
            """
        );
        (start.RedirectStandardInput, start.RedirectStandardOutput) = (true, true);
        _shell = Process.Start(start)!;
    }

    /// <summary>The folder in which a page begins, empty.</summary>
    internal string Folder => _scratch["folder"];

    private IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>Runs commands to their end.</summary>
    /// <param name="commands">Lines for bash. The first that fails ends the terminal.</param>
    /// <param name="folder">Where they run; null: where the last ones ended.</param>
    /// <returns>What they wrote, and whether all of them succeeded.</returns>
    internal async Task<(string Output, bool Succeeded)> RunAsync(string commands, string? folder = null)
    {
        var step = _scratch.Write($"step-{++_steps}", folder is null ? commands : $"pushd '{folder}' > /dev/null\n{commands}\npopd > /dev/null\n");
        await _shell.StandardInput.WriteLineAsync(step);
        await _shell.StandardInput.FlushAsync();
        var ended = await _shell.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).WithinLimitAsync();
        return (await File.ReadAllTextAsync(step + ".out"), ended == "done");
    }

    /// <summary>Starts commands in a terminal of their own, and waits for the line in which a server says that it serves.</summary>
    /// <exception cref="InvalidOperationException">They ended before.</exception>
    internal async Task ServeAsync(string commands, string? folder = null)
    {
        var server = ChildProcess.Start(Command(commands, folder));
        _servers.Add(server);
        await server.LineAsync(Serving());
    }

    public void Dispose()
    {
        foreach (var server in _servers)
            server.Dispose();
        _shell.Kill(entireProcessTree: true);
        _shell.WaitForExit(Wait.Limit);
        _shell.Dispose();
        _scratch.Dispose();
    }

    private ProcessStartInfo Command(string script, string? folder = null)
    {
        var start = new ProcessStartInfo("bash", ["--noprofile", "--norc", "-c", script]) { WorkingDirectory = folder ?? Folder };
        foreach (var (name, value) in Environment)
            start.Environment[name] = value;
        start.Environment["TMPDIR"] = _scratch["temporary"];
        return start;
    }

    [GeneratedRegex("Serving |Server is ready")]
    private static partial Regex Serving();
}
