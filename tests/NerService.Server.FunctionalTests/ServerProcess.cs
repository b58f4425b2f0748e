using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace NerService.Server.FunctionalTests;

/// <summary>A server in a process of its own, as an operator starts it.</summary>
internal sealed partial class ServerProcess : IDisposable
{
    private const int Sigterm = 15;

    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private ServerProcess(Process process, Uri url, Uri adminUrl)
    {
        (_process, Url, AdminUrl) = (process, url, adminUrl);
        process.OutputDataReceived += (_, line) => Append(line.Data);
        process.ErrorDataReceived += (_, line) => Append(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    internal Uri Url { get; }

    internal Uri AdminUrl { get; }

    /// <summary>Resident memory.</summary>
    internal long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    internal int ExitCode => _process.ExitCode;

    internal string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    /// <summary>Starts the server built with these tests.</summary>
    internal static ServerProcess Start(params string[] options) =>
        Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "NerService.Server.dll")]), options);

    /// <summary>Starts a server by a command of its own; ports are added to its arguments.</summary>
    internal static ServerProcess Start(ProcessStartInfo command, params string[] options)
    {
        var (port, adminPort) = (FreePort(), FreePort());
        foreach (var option in (string[])["Endpoints:Address=127.0.0.1", $"Endpoints:Port={port}", $"Endpoints:AdminPort={adminPort}", .. options]) command.ArgumentList.Add("--Ner:" + option);
        command.RedirectStandardOutput = true;
        command.RedirectStandardError = true;
        return new ServerProcess(new Process { StartInfo = command }, Local(port), Local(adminPort));
    }

    /// <summary>Waits until the server answers that it serves.</summary>
    internal async Task UntilServingAsync()
    {
        using var channel = RunningServer.Connect(Url);
        var health = new Grpc.Health.V1.Health.HealthClient(channel);
        while (true)
        {
            Assert.False(_process.HasExited, Output);
            try
            {
                var answer = await health.CheckAsync(new Grpc.Health.V1.HealthCheckRequest(), new Grpc.Core.CallOptions(cancellationToken: TestContext.Current.CancellationToken).WithWaitForReady());
                if (answer.Status == Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus.Serving) return;
            }
            catch (Grpc.Core.RpcException e) when (e.StatusCode == Grpc.Core.StatusCode.Unavailable)
            {
                // Not listening yet.
            }
        }
    }

    /// <summary>Tells the process to stop, as a container engine does.</summary>
    internal void Terminate() => Assert.Equal(0, Kill(_process.Id, Sigterm));

    internal Task ExitedAsync() => _process.WaitForExitAsync(TestContext.Current.CancellationToken);

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private void Append(string? line)
    {
        if (line is null) return;
        lock (_output) _output.AppendLine(line);
    }

    private static Uri Local(int port) => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));

    private static int FreePort()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int process, int signal);
}
