using System.Globalization;
using NerService.Batch.Tests;

namespace NerService.FunctionalTests.Cli.Batch;

/// <summary>
/// The real program with the real model, killed with SIGKILL at moments drawn by a seed. NER_KILL_TEST_DOCUMENTS and NER_KILL_TEST_KILLS make it
/// larger.
/// </summary>
public sealed class KillTests(ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    internal static int Documents { get; } = Setting("NER_KILL_TEST_DOCUMENTS", 400);

    internal static int Kills { get; } = Setting("NER_KILL_TEST_KILLS", 4);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("out.jsonl")]
    [InlineData("out.jsonl.gz")]
    public async Task A_job_killed_at_random_moments_ends_with_the_bytes_of_one_that_was_not(string name)
    {
        var input = _folder.Write("in.jsonl", SampleNews.Jsonl(Documents, badEach: 50));
        var started = TimeProvider.System.GetTimestamp();
        using (var whole = Start(input, "whole-" + name))
            Check(await whole.EndAsync());
        var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;

        var (random, kills) = (new Random(20_000), 0);
        for (var run = 0; run < Kills; run++)
        {
            // Spread over the whole job, its start and its end included, however many kills: half of them die early.
            var time = TimeSpan.FromSeconds(seconds * Math.Min(1, 6.0 / Kills) * Math.Pow(random.NextDouble(), 2));
            using var process = Start(input, name);
            if (await process.KillAfterAsync(time))
                kills++;
            output.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"run {run}: after {time.TotalSeconds:F2} of {seconds:F2} s, "
                        + $"{(File.Exists(_folder[name]) ? new FileInfo(_folder[name]).Length : 0)} bytes"
                )
            );
        }
        using (var last = Start(input, name))
            Check(await last.EndAsync());
        output.WriteLine($"{kills} kills");
        Assert.True(kills > 0);
        Assert.Equal(File.ReadAllBytes(_folder["whole-" + name]), File.ReadAllBytes(_folder[name]));
        Assert.Equal(File.ReadAllBytes(_folder["whole-" + name + ".errors.jsonl"]), File.ReadAllBytes(_folder[name + ".errors.jsonl"]));
    }

    [Fact]
    public async Task A_full_disk_is_said_and_the_job_goes_on_when_there_is_room()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The limit on a file's size is the shell's.");
        // The small model unpacks nothing when it is loaded: the limit is for the output.
        var input = _folder.Write("in.jsonl", SampleNews.Jsonl(1200));
        using (var whole = NerProcess.StartShell(Command("whole.jsonl")))
            Assert.Equal(0, (await whole.EndAsync()).ExitCode);
        var blocks = new FileInfo(_folder["whole.jsonl"]).Length / 1024 / 2;
        using (var limited = NerProcess.StartShell($"trap '' XFSZ; ulimit -f {blocks}; {Command("out.jsonl")}"))
        {
            var (code, _, error) = await limited.EndAsync();
            Assert.True(code == 8, $"exit code {code}: {error}");
            Assert.Contains("cannot be written", error, StringComparison.Ordinal);
            Assert.Contains("goes on", error, StringComparison.Ordinal);
        }
        using (var free = NerProcess.StartShell(Command("out.jsonl")))
            Assert.Equal(0, (await free.EndAsync()).ExitCode);
        Assert.Equal(File.ReadAllBytes(_folder["whole.jsonl"]), File.ReadAllBytes(_folder["out.jsonl"]));

        string Command(string name) =>
            $"exec {{ner}} batch --model '{SmallModel.Folder}' --gazetteer off --in '{input}' --out '{_folder[name]}' --checkpoint-every 20";
    }

    [Fact]
    public async Task A_device_that_is_full_is_said()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full here.");
        using var process = NerProcess.Start([
            .. (string[])["batch", "--model", SmallModel.Folder, "--gazetteer", "off"],
            .. (string[])["--in", _folder.Write("in.txt", "غزة\n"), "--out", "/dev/full"],
        ]);
        var (code, _, error) = await process.EndAsync();
        Assert.Equal(8, code);
        Assert.Contains("/dev/full", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Standard_input_goes_to_standard_output_and_errors_beside_it()
    {
        var input = _folder.Write("in.jsonl", "{\"id\":\"a\",\"text\":\"وصل وزير الخارجية الروسي سيرغي لافروف إلى القاهرة\"}\nbad\n");
        using var process = NerProcess.StartShell($"gzip -c '{input}' | {{ner}} batch --in - --in-format jsonl --out - | cat");
        var (_, output, error) = await process.EndAsync();
        Assert.StartsWith(
            "{\"id\":\"a\",\"mentions\":[{\"type\":\"ENTITY_TYPE_PERSON\",\"label\":\"PER\",\"text\":\"سيرغي لافروف\"",
            output,
            StringComparison.Ordinal
        );
        Assert.Single(output.TrimEnd().Split('\n'));
        Assert.Contains("\"line\":2", error, StringComparison.Ordinal);
    }

    private static void Check(ProcessEnd end) => Assert.True(end.ExitCode == 1, $"exit code {end.ExitCode}: {end.Error}");

    private ChildProcess Start(string input, string name) =>
        NerProcess.Start("batch", "--in", input, "--out", _folder[name], "--checkpoint-every", "20", "--gazetteer", "off");

    private static int Setting(string name, int fallback) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? int.Parse(value, CultureInfo.InvariantCulture) : fallback;
}
