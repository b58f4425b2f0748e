using System.Text.Json;
using NerService.Cli.Tests;

namespace NerService.FunctionalTests.Cli;

/// <summary>
/// <c>ner bench --server</c> against the real server: nothing that it sends is lost, on its side or on the server's. No speed is asserted.
/// </summary>
public sealed class LoadGeneratorTests
{
    [Fact]
    public async Task Every_kind_of_load_ends_with_counters_that_add_up_on_both_sides()
    {
        // So small a queue that 64 callers do not fit.
        using var server = ServerProcess.Start([.. RunningServer.Shipped, "Admission:MaxQueuedPaddedSubwords=256"]);
        await server.UntilServingAsync();
        var lines = await BenchAsync(
            server,
            "--words",
            "6",
            "--documents",
            "20",
            "--duration",
            "0.5",
            // What each caller sends first counts, however slow the machine is.
            "--warmup",
            "0",
            "--callers",
            "2,64",
            "--rate",
            "40",
            "--streams",
            "2",
            "--bulk-streams",
            "2",
            "--overload",
            "3",
            "--deadline",
            "30",
            "--saturation"
        );

        Assert.Equal(
            ["closed", "closed", "open", "streams", "mixed", "overload", "saturation"],
            lines.Select(line => line.GetProperty("kind").GetString())
        );
        Assert.All(
            lines,
            line =>
            {
                var counted = line.GetProperty("server");
                Assert.True(counted.GetProperty("addUp").GetBoolean(), line.ToString());
                Assert.Equal(0, counted.GetProperty("failed").GetInt64());
                Assert.InRange(counted.GetProperty("batchFill").GetDouble(), 0.1, 1);
                if (counted.TryGetProperty("sent", out var sent))
                    Assert.Equal(sent.GetInt64(), counted.GetProperty("received").GetInt64());
            }
        );
        Assert.All(
            lines.Where(line => line.TryGetProperty("latencyMs", out _)),
            line =>
            {
                Assert.Equal(line.GetProperty("answered").GetInt64(), line.GetProperty("latencyMs").GetProperty("count").GetInt64());
                Assert.Equal(line.GetProperty("refused").GetInt64(), line.GetProperty("refusalMs").GetProperty("count").GetInt64());
                Assert.False(line.TryGetProperty("firstFailure", out var failure), failure.ToString());
            }
        );
        Assert.Equal(0, RefusedIn(lines[0]));
        Assert.True(RefusedIn(lines[1]) > 0, lines[1].ToString());
        // A stream is slowed down, not refused.
        Assert.Equal(0, RefusedIn(lines[3]));
    }

    private static long RefusedIn(JsonElement line) => line.GetProperty("server").GetProperty("refused").GetInt64();

    private static async Task<JsonElement[]> BenchAsync(ServerProcess server, params string[] options)
    {
        string[] arguments =
        [
            "bench",
            "--json",
            "--server",
            server.Url.ToString(),
            "--metrics",
            new Uri(server.AdminUrl, "/metrics").ToString(),
            .. options,
        ];
        var run = await CommandRun.RunAsync("", arguments);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return [.. run.Lines.Select(line => JsonDocument.Parse(line).RootElement)];
    }
}
