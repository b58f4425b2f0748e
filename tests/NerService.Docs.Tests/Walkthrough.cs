using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace NerService.Docs.Tests;

/// <summary>One reader of one page, who does in turn what it shows.</summary>
internal sealed partial class Walkthrough : IDisposable
{
    /// <summary>The ports that pages name, and the free ones that stand for them here.</summary>
    private readonly Dictionary<string, string> _ports = new()
    {
        ["5051"] = FreePort(),
        ["5052"] = FreePort(),
        ["4222"] = FreePort(),
    };
    private readonly Terminal _terminal;

    private static readonly ConcurrentDictionary<int, bool> GivenPorts = new();

    internal Walkthrough()
    {
        _terminal = new Terminal(
            new Dictionary<string, string>
            {
                ["PATH"] = string.Join(
                    ':',
                    [ProgramFolder("NerService.Cli"), ProgramFolder("NerService.Server"), Environment.GetEnvironmentVariable("PATH"), "/usr/sbin"]
                ),
                ["Ner__Endpoints__Address"] = "127.0.0.1",
                ["Ner__Endpoints__Port"] = _ports["5051"],
                ["Ner__Endpoints__AdminPort"] = _ports["5052"],
                ["NER_NATS"] = $"nats://localhost:{_ports["4222"]}",
                // What `dotnet run` starts is what was built with these tests.
                ["Configuration"] = Framework.Parent!.Name,
                ["MSBUILDDISABLENODEREUSE"] = "1",
            }
        );
    }

    /// <summary>bin/CONFIGURATION/FRAMEWORK of these tests; programs lie in the like folder of their own project.</summary>
    private static DirectoryInfo Framework { get; } = new(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));

    /// <summary>Where the page's commands begin.</summary>
    internal string Folder => _terminal.Folder;

    /// <summary>Starts a server as pages presuppose one that do not start it themselves.</summary>
    internal Task ServeAsync() => _terminal.ServeAsync("NerService.Server");

    /// <summary>Does what the blocks show.</summary>
    internal async Task FollowAsync(IReadOnlyList<FencedBlock> blocks)
    {
        for (var i = 0; i < blocks.Count; i++)
        {
            var output = await DoAsync(blocks[i]);
            if (output is null || i + 1 == blocks.Count || !IsOutput(blocks[i + 1]))
                continue;
            var shown = blocks[++i];
            var difference = ShownOutput.Difference(shown, output);
            Assert.True(difference is null, $"{shown.Place} does not show what {blocks[i - 1].Place} prints ({difference}):\n{output}");
        }
    }

    /// <summary>Whether a block shows what the one above it prints.</summary>
    internal static bool IsOutput(FencedBlock block) => block.Language is "text" or "json" && block.Value("file") is null && block.IsRunHere;

    public void Dispose() => _terminal.Dispose();

    /// <summary>The output; null where a block has none.</summary>
    private async Task<string?> DoAsync(FencedBlock block)
    {
        if (!block.IsRunHere)
            return null;
        var folder = block.Is("root") ? Repository.Root : null;
        switch (block.Language)
        {
            case "json":
                await File.WriteAllTextAsync(Path.Combine(Folder, block.Value("file")!), block.Text);
                return null;
            case "csharp":
                return await CSharpProgram.RunAsync(Here(block.Text));
            case "sh" when block.Is("serves"):
                await _terminal.ServeAsync(Here(block.Text), folder);
                return null;
            default:
                var (output, succeeded) = await _terminal.RunAsync(Here(block.Text), folder);
                Assert.True(succeeded, $"{block.Place} failed:\n{block.Text}\n\n{output}");
                return There(output);
        }
    }

    private string Here(string shown) => Port().Replace(shown, match => _ports[match.Value]);

    private string There(string printed) => _ports.Aggregate(printed, (text, port) => text.Replace(port.Value, port.Key, StringComparison.Ordinal));

    private static string ProgramFolder(string project) => Repository.PathOf("src", project, "bin", Framework.Parent!.Name, Framework.Name);

    /// <summary>A port below those that the system gives to connections, given to one reader alone.</summary>
    private static string FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(20_000, 32_000);
            if (!GivenPorts.TryAdd(port, true))
                continue;
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port.ToString(CultureInfo.InvariantCulture);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // Another.
            }
        }
    }

    [GeneratedRegex(@"(?<=:|-p )(5051|5052|4222)\b")]
    private static partial Regex Port();
}
