using System.Diagnostics;
using NerService.Testing;

namespace NerService.Docs.Tests;

/// <summary>
/// A reader's terminals: a shell that keeps its folder and variables from block to block, and one more for each program that goes on.
/// </summary>
internal sealed class Terminal : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private readonly DirectoryInfo _scratch = Directory.CreateTempSubdirectory("ner-docs-");
    private readonly Process _shell;
    private readonly List<Process> _servers = [];
    private int _steps;

    /// <param name="environment">Variables that are set in every terminal.</param>
    internal Terminal(IReadOnlyDictionary<string, string> environment)
    {
        Environment = environment;
        Directory.CreateDirectory(Folder);
        _shell = Start(
            """
            set -eo pipefail
            trap 'kill $(jobs -p) 2> /dev/null' EXIT
            while read -r step; do
              . "$step" > "$step.out" 2>&1 < /dev/null
              echo done
            done
            """
        );
    }

    /// <summary>The folder in which a page begins, empty.</summary>
    internal string Folder => Path.Combine(_scratch.FullName, "folder");

    private IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>Runs commands to their end.</summary>
    /// <param name="commands">Lines for bash. The first that fails ends the terminal.</param>
    /// <param name="folder">Where they run; null: where the last ones ended.</param>
    /// <returns>What they wrote, and whether all of them succeeded.</returns>
    internal async Task<(string Output, bool Succeeded)> RunAsync(string commands, string? folder = null)
    {
        var step = Path.Combine(_scratch.FullName, $"step-{++_steps}");
        await File.WriteAllTextAsync(step, folder is null ? commands : $"pushd '{folder}' > /dev/null\n{commands}\npopd > /dev/null\n");
        await _shell.StandardInput.WriteLineAsync(step);
        await _shell.StandardInput.FlushAsync();
        var ended = await _shell.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Limit);
        return (await File.ReadAllTextAsync(step + ".out"), ended == "done");
    }

    /// <summary>Starts commands in a terminal of their own, and waits for the line in which a server says that it serves.</summary>
    /// <exception cref="InvalidOperationException">They ended before.</exception>
    internal async Task ServeAsync(string commands, string? folder = null)
    {
        var server = Start($"exec 2>&1\n{commands}", folder);
        _servers.Add(server);
        var said = new List<string>();
        while (await server.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Limit) is { } line)
        {
            said.Add(line);
            if (!line.Contains("Serving ", StringComparison.Ordinal) && !line.Contains("Server is ready", StringComparison.Ordinal))
                continue;
            // What it says further must not fill the pipe.
            _ = server.StandardOutput.ReadToEndAsync(CancellationToken.None);
            return;
        }
        throw new InvalidOperationException($"It ended before it served:\n{string.Join('\n', said)}");
    }

    public void Dispose()
    {
        foreach (var process in _servers.Append(_shell))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            process.Dispose();
        }
        _scratch.Delete(recursive: true);
    }

    private Process Start(string script, string? folder = null)
    {
        var start = new ProcessStartInfo("bash", ["--noprofile", "--norc", "-c", script])
        {
            WorkingDirectory = folder ?? Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in Environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
