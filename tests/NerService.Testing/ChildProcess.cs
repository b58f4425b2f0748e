using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace NerService.Testing;

/// <summary>What a program did.</summary>
/// <param name="ExitCode">What it ended with.</param>
/// <param name="Output">All of standard output.</param>
/// <param name="Error">All of standard error.</param>
public sealed record ProcessEnd(int ExitCode, string Output, string Error);

/// <summary>
/// A program in a process of its own, as a user starts it, without input; killed with the test if it has not ended by then. Its temporary files,
/// which one that is killed leaves behind, go with it.
/// </summary>
public sealed partial class ChildProcess : IDisposable
{
    private const int Sigterm = 15;

    private readonly Process _process;
    private readonly TemporaryFolder _temporary = new();
    private readonly StringBuilder _output = new(),
        _error = new();
    private readonly Lock _gate = new();
    private readonly List<(Regex Line, TaskCompletionSource<Match> Seen)> _awaited = [];
    private readonly Task _ended;

    private ChildProcess(ProcessStartInfo command)
    {
        (command.RedirectStandardInput, command.RedirectStandardOutput, command.RedirectStandardError) = (true, true, true);
        command.Environment["TMPDIR"] = _temporary.Path;
        _process = new Process { StartInfo = command };
        _process.OutputDataReceived += (_, line) => Append(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Append(_error, line.Data);
        _process.Start();
        _process.StandardInput.Close();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _ended = _process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>The system's number for it.</summary>
    public int Id => _process.Id;

    /// <summary>What it ended with.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>Resident memory, in bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>All that it has said so far: standard output, then standard error.</summary>
    public string Said
    {
        get
        {
            lock (_gate)
                return $"{_output}{_error}";
        }
    }

    /// <summary>Starts a program.</summary>
    public static ChildProcess Start(string program, params IEnumerable<string> arguments) => Start(new ProcessStartInfo(program, arguments));

    /// <summary>Starts a program in an environment or a folder of its own.</summary>
    public static ChildProcess Start(ProcessStartInfo command) => new(command);

    /// <summary>Runs a program to its end.</summary>
    public static Task<ProcessEnd> RunAsync(string program, params IEnumerable<string> arguments) =>
        RunAsync(new ProcessStartInfo(program, arguments));

    /// <summary>Runs a program to its end in an environment or a folder of its own.</summary>
    public static async Task<ProcessEnd> RunAsync(ProcessStartInfo command)
    {
        using var process = new ChildProcess(command);
        return await process.EndAsync();
    }

    /// <summary>Waits until it has said a line.</summary>
    /// <exception cref="InvalidOperationException">It ended before.</exception>
    public async Task<Match> LineAsync(Regex line)
    {
        var seen = new TaskCompletionSource<Match>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _awaited.Add((line, seen));
            foreach (var said in $"{_output}{_error}".Split('\n'))
                if (line.Match(said) is { Success: true } match)
                    seen.TrySetResult(match);
        }
        await Task.WhenAny(seen.Task, _ended).WithinLimitAsync();
        return seen.Task.IsCompleted ? await seen.Task : throw new InvalidOperationException($"It ended before it said '{line}':\n{Said}");
    }

    /// <summary>Waits for its end.</summary>
    public async Task<ProcessEnd> EndAsync()
    {
        await _ended.WithinLimitAsync();
        return new ProcessEnd(_process.ExitCode, _output.ToString(), _error.ToString());
    }

    /// <summary>Tells it to stop, as a container engine does.</summary>
    public void Terminate()
    {
        if (Kill(_process.Id, Sigterm) != 0)
            throw new InvalidOperationException($"The signal was refused with error {Marshal.GetLastPInvokeError()}.");
    }

    /// <summary>Kills it unless it ends by itself within a time.</summary>
    /// <returns>Whether it was killed.</returns>
    public async Task<bool> KillAfterAsync(TimeSpan time)
    {
        try
        {
            await _ended.WaitAsync(time, TestContext.Current.CancellationToken);
            return false;
        }
        catch (TimeoutException)
        {
            _process.Kill(entireProcessTree: true);
            await _ended.WithinLimitAsync();
            return true;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            // What it holds open is free for the next.
            _process.WaitForExit(Wait.Limit);
        }
        _process.Dispose();
        _temporary.Dispose();
    }

    private void Append(StringBuilder text, string? line)
    {
        if (line is null)
            return;
        lock (_gate)
        {
            text.Append(line).Append('\n');
            foreach (var (awaited, seen) in _awaited)
                if (awaited.Match(line) is { Success: true } match)
                    seen.TrySetResult(match);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int process, int signal);
}
