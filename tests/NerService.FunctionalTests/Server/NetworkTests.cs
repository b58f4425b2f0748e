using System.Diagnostics;
using V1 = NerService.Contracts.V1;

namespace NerService.FunctionalTests.Server;

/// <summary>
/// ONNX Runtime's builds report to their maker unless they are told not to; this watches that nothing of it happens, in the server and on the command
/// line.
/// </summary>
public sealed class NetworkTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string PathOf(string name) => _folder[name];

    [Fact]
    public async Task A_server_that_answers_looks_up_nothing_connects_to_nothing_and_leaves_nothing_in_the_home_folder()
    {
        using var server = ServerProcess.Start(Traced("NerService.Server.dll"));
        await server.UntilServingAsync();
        using (var channel = RunningServer.Connect(server.Url))
        {
            var answer = await new V1.NerService.NerServiceClient(channel).ExtractEntitiesAsync(
                Samples.Text(Samples.News),
                cancellationToken: TestContext.Current.CancellationToken
            );
            Assert.NotEmpty(answer.Mentions);
        }
        server.Terminate();
        await server.ExitedAsync();
        await AssertNothingHappenedAsync(server.Id);
    }

    [Fact]
    public async Task The_command_line_that_answers_looks_up_nothing_connects_to_nothing_and_leaves_nothing_in_the_home_folder()
    {
        var text = PathOf("text.txt");
        await File.WriteAllTextAsync(text, Samples.News, TestContext.Current.CancellationToken);
        var command = Traced("ner.dll");
        foreach (var argument in new[] { "tag", text })
            command.ArgumentList.Add(argument);
        using var process = ChildProcess.Start(command);
        Assert.Contains("لافروف", (await process.EndAsync()).Output, StringComparison.Ordinal);
        await AssertNothingHappenedAsync(process.Id);
    }

    /// <summary>A command that runs under strace, which writes every connection and every packet to a file, with a home folder of its own.</summary>
    private ProcessStartInfo Traced(string program)
    {
        if (!File.Exists("/usr/bin/strace"))
            Assert.Skip("strace is not installed.");
        var command = new ProcessStartInfo(
            "/usr/bin/strace",
            [
                "-D",
                "-f",
                "--seccomp-bpf",
                "-e",
                "trace=connect,sendto,sendmmsg",
                "-o",
                PathOf("trace"),
                "dotnet",
                Path.Combine(AppContext.BaseDirectory, program),
            ]
        );
        command.Environment["HOME"] = Directory.CreateDirectory(_folder["home"]).FullName;
        foreach (var variable in new[] { "XDG_CACHE_HOME", "ORT_DISABLE_TELEMETRY", "CI" })
            command.Environment.Remove(variable);
        command.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        return command;
    }

    private async Task AssertNothingHappenedAsync(int process)
    {
        // Who traces is not who is waited for.
        await Wait.UntilAsync(
            () =>
                File.ReadLines(PathOf("trace"))
                    .Any(line => line.StartsWith($"{process} ", StringComparison.Ordinal) && line.Contains("+++ exited", StringComparison.Ordinal)),
            "the trace is written to its end"
        );
        // Only sockets with an address of a network tell of one; those of files stay on the machine.
        Assert.DoesNotContain(
            File.ReadLines(PathOf("trace")),
            line => line.Contains("AF_INET", StringComparison.Ordinal) && !line.Contains("127.0.0.1", StringComparison.Ordinal)
        );
        Assert.Empty(new DirectoryInfo(PathOf("home")).EnumerateFileSystemInfos());
    }
}
