using System.Diagnostics;
using V1 = NerService.Contracts.V1;

namespace NerService.FunctionalTests.Server;

public sealed class PublishTests
{
    /// <summary>The folder that <c>.ci/publish.sh</c> made.</summary>
    private const string Variable = "NER_PUBLISHED";

    [Fact]
    public async Task The_published_folder_serves_from_an_empty_directory_with_a_minimal_environment()
    {
        var published = Environment.GetEnvironmentVariable(Variable) ?? "";
        if (published.Length == 0)
            Assert.Skip($"{Variable} is not set; it names the folder that .ci/publish.sh made.");
        using var empty = new TemporaryFolder();
        using var server = ServerProcess.Start(Command(published, empty));
        await server.UntilServingAsync();
        using var channel = RunningServer.Connect(server.Url);
        var client = new V1.NerService.NerServiceClient(channel);
        var answer = await client.ExtractEntitiesAsync(Samples.Text(Samples.News), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Contains(answer.Mentions, e => e.Text == "سامح شكري" && e.Type == V1.EntityType.Person);
        Assert.NotEmpty(answer.GazetteerVersion);

        // The same binary is the container's health check.
        Assert.Equal(0, await ProbeAsync(published, empty, new Uri(server.AdminUrl, "/health/ready")));
        server.Terminate();
        await server.ExitedAsync();
        Assert.Equal(0, server.ExitCode);
        Assert.Equal(1, await ProbeAsync(published, empty, new Uri(server.AdminUrl, "/health/ready")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(empty.Path));
    }

    private static async Task<int> ProbeAsync(string published, TemporaryFolder directory, Uri url)
    {
        var command = Command(published, directory);
        command.ArgumentList.Add("--health-check");
        command.ArgumentList.Add(url.ToString());
        return (await ChildProcess.RunAsync(command)).ExitCode;
    }

    /// <summary>Starts the binary as an image without a shell would: nothing in the environment but where the runtime is.</summary>
    private static ProcessStartInfo Command(string published, TemporaryFolder directory)
    {
        var command = new ProcessStartInfo(
            Path.Combine(Path.GetFullPath(published), OperatingSystem.IsWindows() ? "NerService.Server.exe" : "NerService.Server")
        )
        {
            WorkingDirectory = directory.Path,
        };
        command.Environment.Clear();
        command.Environment["DOTNET_ROOT"] = Path.GetFullPath(
            Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "../../..")
        );
        command.Environment["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1";
        return command;
    }
}
