using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace NerService.FunctionalTests;

/// <summary>A server in a process of its own, as an operator starts it; by default with <see cref="RunningServer.Small"/>.</summary>
internal sealed partial class ServerProcess : IDisposable
{
    private readonly ChildProcess _process;
    private (Uri Callers, Uri Operators)? _urls;

    private ServerProcess(ChildProcess process) => _process = process;

    /// <summary>The server built with these tests.</summary>
    internal static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "NerService.Server.dll");

    /// <summary>Where callers connect; known once the server listens.</summary>
    internal Uri Url => Urls.Callers;

    /// <summary>Where operators connect; known once the server listens.</summary>
    internal Uri AdminUrl => Urls.Operators;

    private (Uri Callers, Uri Operators) Urls => _urls ?? throw new InvalidOperationException("The server does not listen yet.");

    /// <summary>Resident memory.</summary>
    internal long ResidentBytes => _process.ResidentBytes;

    internal int Id => _process.Id;

    internal int ExitCode => _process.ExitCode;

    internal string Output => _process.Said;

    /// <summary>Starts the server built with these tests.</summary>
    internal static ServerProcess Start(params string[] options) =>
        Start(new ProcessStartInfo("dotnet", [Program]), [.. RunningServer.Small, .. options]);

    /// <summary>Starts a server by a command of its own; its arguments get ports that the system chooses.</summary>
    internal static ServerProcess Start(ProcessStartInfo command, params string[] options)
    {
        foreach (var option in (string[])["Endpoints:Address=127.0.0.1", "Endpoints:Port=0", "Endpoints:AdminPort=0", .. options])
            command.ArgumentList.Add("--Ner:" + option);
        return new ServerProcess(ChildProcess.Start(command));
    }

    /// <summary>Waits until the server says where it listens; fails when it ends before.</summary>
    internal async Task UntilListeningAsync()
    {
        var line = await _process.LineAsync(Listening());
        _urls = (new Uri(line.Groups["callers"].Value), new Uri(line.Groups["operators"].Value));
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
        while (await watch.ResponseStream.MoveNext(TestContext.Current.CancellationToken).WithinLimitAsync())
            if (watch.ResponseStream.Current.Status == Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus.Serving)
                return;
        Assert.Fail($"The server ended before it served:\n{Output}");
    }

    /// <summary>Waits until so many documents have come, as its metrics say.</summary>
    internal async Task UntilReceivedAsync(int documents)
    {
        using var http = new HttpClient { BaseAddress = AdminUrl };
        await Wait.UntilAsync(
            async () =>
                Received()
                    .Matches(await http.GetStringAsync("/metrics", TestContext.Current.CancellationToken))
                    .Sum(line => int.Parse(line.Groups["documents"].ValueSpan, CultureInfo.InvariantCulture)) >= documents,
            $"{documents} documents came"
        );
    }

    /// <summary>Tells the process to stop, as a container engine does.</summary>
    internal void Terminate() => _process.Terminate();

    internal Task ExitedAsync() => _process.EndAsync();

    public void Dispose() => _process.Dispose();

    [GeneratedRegex("Listening: (?<callers>http[^ ]+) for callers, (?<operators>http[^ ]+) for operators")]
    private static partial Regex Listening();

    [GeneratedRegex(@"(?m)^ner_requests_received_total\S* (?<documents>\d+)")]
    private static partial Regex Received();
}
