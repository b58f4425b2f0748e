using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace NerService.Server.FunctionalTests;

/// <summary>A server in a process of its own, as an operator starts it.</summary>
internal sealed partial class ServerProcess : IDisposable
{
    private const int Sigterm = 15;

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<(Uri Callers, Uri Operators)> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Append(line.Data);
        process.ErrorDataReceived += (_, line) => Append(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Where callers connect; known once the server listens.</summary>
    internal Uri Url =>
        _listening.Task.IsCompletedSuccessfully
            ? _listening.Task.Result.Callers
            : throw new InvalidOperationException("The server does not listen yet.");

    /// <summary>Where operators connect; known once the server listens.</summary>
    internal Uri AdminUrl =>
        _listening.Task.IsCompletedSuccessfully
            ? _listening.Task.Result.Operators
            : throw new InvalidOperationException("The server does not listen yet.");

    /// <summary>Resident memory.</summary>
    internal long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    internal int Id => _process.Id;

    internal int ExitCode => _process.ExitCode;

    internal string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>Starts the server built with these tests.</summary>
    internal static ServerProcess Start(params string[] options) =>
        Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "NerService.Server.dll")]), options);

    /// <summary>Starts a server by a command of its own; its arguments get ports that the system chooses.</summary>
    internal static ServerProcess Start(ProcessStartInfo command, params string[] options)
    {
        foreach (var option in (string[])["Endpoints:Address=127.0.0.1", "Endpoints:Port=0", "Endpoints:AdminPort=0", .. options])
            command.ArgumentList.Add("--Ner:" + option);
        command.RedirectStandardOutput = true;
        command.RedirectStandardError = true;
        return new ServerProcess(new Process { StartInfo = command });
    }

    /// <summary>Waits until the server says where it listens; fails when it ends before.</summary>
    internal async Task UntilListeningAsync()
    {
        await Task.WhenAny(_listening.Task, _process.WaitForExitAsync(TestContext.Current.CancellationToken))
            .WaitAsync(Wait.Limit, TestContext.Current.CancellationToken);
        Assert.True(_listening.Task.IsCompleted, Output);
    }

    /// <summary>Waits until the server answers that it serves.</summary>
    internal async Task UntilServingAsync()
    {
        await UntilListeningAsync();
        using var channel = RunningServer.Connect(Url);
        using var watch = new Grpc.Health.V1.Health.HealthClient(channel).Watch(
            new Grpc.Health.V1.HealthCheckRequest(),
            cancellationToken: TestContext.Current.CancellationToken
        );
        while (
            await watch.ResponseStream.MoveNext(TestContext.Current.CancellationToken).WaitAsync(Wait.Limit, TestContext.Current.CancellationToken)
        )
            if (watch.ResponseStream.Current.Status == Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus.Serving)
                return;
        Assert.Fail($"The server ended before it served:\n{Output}");
    }

    /// <summary>Tells the process to stop, as a container engine does.</summary>
    internal void Terminate() => Assert.Equal(0, Kill(_process.Id, Sigterm));

    internal Task ExitedAsync() =>
        _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Wait.Limit, TestContext.Current.CancellationToken);

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private void Append(string? line)
    {
        if (line is null)
            return;
        lock (_output)
            _output.AppendLine(line);
        if (Listening().Match(line) is { Success: true } match)
            _listening.TrySetResult((new Uri(match.Groups["callers"].Value), new Uri(match.Groups["operators"].Value)));
    }

    [GeneratedRegex("Listening: (?<callers>http[^ ]+) for callers, (?<operators>http[^ ]+) for operators")]
    private static partial Regex Listening();

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int process, int signal);
}
