using System.Diagnostics;

namespace NerService.Batch.Tests;

/// <summary>The command line in a process of its own, as a user starts it.</summary>
internal sealed class NerProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _output,
        _error;

    private NerProcess(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.RedirectStandardInput = true;
        _process = Process.Start(start)!;
        _process.StandardInput.Close();
        (_output, _error) = (_process.StandardOutput.ReadToEndAsync(), _process.StandardError.ReadToEndAsync());
    }

    /// <summary>
    /// What runs: the program that was built with these tests, in its own folder. (Beside the tests it would lack what ASP.NET brings to them.)
    /// </summary>
    internal static string Program { get; } = FindProgram();

    internal static NerProcess Start(params string[] arguments) => new(new ProcessStartInfo("dotnet", [Program, .. arguments]));

    /// <summary>Starts it through a shell, with {ner} in the command standing for the program.</summary>
    internal static NerProcess StartShell(string command)
    {
        var start = new ProcessStartInfo("bash", ["-c", command.Replace("{ner}", $"dotnet '{Program}'", StringComparison.Ordinal)]);
        // The runtime's double mapping of code would be the first to meet a limit on files.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        return new NerProcess(start);
    }

    /// <summary>Waits for the end.</summary>
    internal async Task<(int ExitCode, string Output, string Error)> EndAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (_process.ExitCode, await _output, await _error);
    }

    /// <summary>Kills the process with SIGKILL unless it ends by itself within a time.</summary>
    /// <returns>Whether it was killed.</returns>
    internal async Task<bool> KillAfterAsync(TimeSpan time)
    {
        var ended = _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        try
        {
            await ended.WaitAsync(time, TestContext.Current.CancellationToken);
            return false;
        }
        catch (TimeoutException)
        {
            _process.Kill(entireProcessTree: true);
            await ended;
            return true;
        }
    }

    /// <summary>src/NerService.Cli/bin/CONFIGURATION/FRAMEWORK, the latter two as these tests' own.</summary>
    private static string FindProgram()
    {
        var framework = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
        var folder = framework;
        while (!File.Exists(Path.Combine(folder.FullName, "NerService.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("These tests run inside a clone of the repository.");
        return Path.Combine(folder.FullName, "src", "NerService.Cli", "bin", framework.Parent!.Name, framework.Name, "ner.dll");
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}
