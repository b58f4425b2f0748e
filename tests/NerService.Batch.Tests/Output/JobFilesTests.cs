using NerService.Batch.Checkpoints;
using NerService.Batch.Output;

namespace NerService.Batch.Tests.Output;

/// <summary>A job writes what is its own and nothing else: not what it reads, not what was there before it.</summary>
public sealed class JobFilesTests : IDisposable
{
    private const string Text = "{\"text\":\"لافروف في غزة\"}\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("same")]
    [InlineData("symbolic link to the input")]
    [InlineData("symbolic link to the output")]
    [InlineData("hard link")]
    [InlineData("folder link")]
    [InlineData("roundabout")]
    public async Task An_output_that_is_the_input_is_refused_and_the_input_stays(string how)
    {
        var input = _folder.Write("in.jsonl", Text);
        // A job of its own made the file, so that only its being the input speaks against it.
        new Checkpoint { Job = new Dictionary<string, string>(StringComparer.Ordinal) }.Save(Checkpoint.PathOf(input));
        var (from, to) = (input, input);
        switch (how)
        {
            case "symbolic link to the input":
                File.CreateSymbolicLink(from = _folder["link"], input);
                break;
            case "symbolic link to the output":
                File.CreateSymbolicLink(to = _folder["link"], input);
                break;
            case "hard link":
                await HardLinkAsync(input, to = _folder["link"]);
                break;
            case "folder link":
                Directory.CreateSymbolicLink(_folder["link"], _folder.Path);
                to = _folder["link/in.jsonl"];
                break;
            case "roundabout":
                Directory.CreateDirectory(_folder["sub"]);
                to = _folder["sub/../in.jsonl"];
                break;
            default:
                break;
        }
        foreach (var restart in (bool[])[true, false])
        {
            var error = await Assert.ThrowsAsync<BatchException>(() => Job.RunAsync(from, to, options => options with { Restart = restart }));
            Assert.Equal(BatchFailure.Usage, error.Failure);
            Assert.Contains("which is its input", error.Message, StringComparison.Ordinal);
            Assert.Equal(Text, File.ReadAllText(input));
        }
    }

    [Theory]
    [InlineData("out.errors.jsonl", "out")]
    [InlineData("out.checkpoint", "out")]
    [InlineData("out.parquet.part", "out.parquet")]
    [InlineData("out.parquet.tmp", "out.parquet")]
    [InlineData("out.files", "out/")]
    public async Task An_input_that_lies_where_the_job_writes_is_refused_and_stays(string name, string output)
    {
        var input = _folder.Write(name, Text);
        foreach (var restart in (bool[])[true, false])
        {
            var error = await Assert.ThrowsAsync<BatchException>(() =>
                Job.RunAsync(input, _folder[output], options => options with { Restart = restart })
            );
            Assert.Equal(BatchFailure.Usage, error.Failure);
            Assert.Equal([input], Directory.GetFileSystemEntries(_folder.Path));
            Assert.Equal(Text, File.ReadAllText(input));
        }
    }

    [Theory]
    [InlineData("in the folder")]
    [InlineData("below the folder")]
    [InlineData("link into the folder")]
    [InlineData("hard link from the folder")]
    [InlineData("folder by a link")]
    public async Task A_folder_of_standoff_that_holds_inputs_is_refused(string how)
    {
        Directory.CreateDirectory(_folder["texts/sub"]);
        var (input, output) = (_folder.Write("texts/a.txt", "غزة\n"), "texts/");
        switch (how)
        {
            case "below the folder":
                File.Move(input, input = _folder["texts/sub/a.txt"]);
                break;
            case "link into the folder":
                File.CreateSymbolicLink(_folder["a.txt"], input);
                input = _folder["a.txt"];
                break;
            case "hard link from the folder":
                await HardLinkAsync(input, _folder["a.txt"]);
                input = _folder["a.txt"];
                break;
            case "folder by a link":
                Directory.CreateSymbolicLink(_folder["link"], _folder["texts"]);
                output = "link/";
                break;
            default:
                break;
        }
        var error = await Assert.ThrowsAsync<BatchException>(() =>
            Job.RunAsync(input, _folder[output], options => options with { Restart = true, Format = OutputFormat.Standoff })
        );
        Assert.Equal(BatchFailure.Usage, error.Failure);
        Assert.Contains("is a folder that holds the input", error.Message, StringComparison.Ordinal);
        Assert.Equal("غزة\n", File.ReadAllText(input));
    }

    [Theory]
    [InlineData("out")]
    [InlineData("out.errors.jsonl")]
    [InlineData("out.checkpoint")]
    public async Task What_no_checkpoint_calls_the_jobs_own_is_never_touched(string name)
    {
        var (input, strange) = (_folder.Write("in.jsonl", SampleNews.Jsonl(3)), _folder.Write(name, "somebody's work"));
        foreach (var restart in (bool[])[true, false])
        {
            var error = await Assert.ThrowsAsync<BatchException>(() =>
                Job.RunAsync(input, _folder["out"], options => options with { Restart = restart })
            );
            Assert.Equal(BatchFailure.CheckpointMismatch, error.Failure);
            Assert.Contains("left as it is", error.Message, StringComparison.Ordinal);
            Assert.Equal("somebody's work", File.ReadAllText(strange));
            Assert.Equal(2, Directory.GetFiles(_folder.Path).Length);
        }
    }

    [Theory]
    [InlineData("out.jsonl")]
    [InlineData("out.parquet")]
    public async Task Begun_anew_a_job_removes_what_it_made_and_makes_it_again(string name)
    {
        var input = _folder.Write("in.jsonl", SampleNews.Jsonl(45, badEach: 7));
        await Job.RunAsync(input, _folder["whole-" + name]);
        await Job.DieAtAsync(33, input, _folder[name]);
        await Job.RunAsync(input, _folder[name], options => options with { Restart = true });
        Assert.Equal(File.ReadAllBytes(_folder["whole-" + name]), File.ReadAllBytes(_folder[name]));
        // Now without an error: the file of errors goes too, though no new one takes its place.
        await Job.RunAsync(_folder.Write("good.jsonl", SampleNews.Jsonl(5)), _folder[name], options => options with { Restart = true });
        Assert.Equal(
            [name, name + ".checkpoint"],
            Directory.GetFiles(_folder.Path, name + "*").Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task A_folder_of_standoff_begun_anew_loses_the_jobs_own_files_and_no_other()
    {
        var input = _folder.Write("in.jsonl", SampleNews.Jsonl(45));
        Directory.CreateDirectory(_folder["brat"]);
        // Names that the job could have given are not proof that it did.
        string[] strangers = ["notes.txt", "notes.ann", "00000099-x.txt", "annotation.conf"];
        foreach (var stranger in strangers)
            _folder.Write(Path.Combine("brat", stranger), "somebody's work");
        // Killed after its last checkpoint, when more was written than it says.
        await Job.DieAtAsync(33, input, _folder["brat/"], options => options with { Restart = true });
        var few = _folder.Write("few.jsonl", "{\"id\":\"a\",\"text\":\"غزة\"}\n");
        await Job.RunAsync(few, _folder["brat/"], options => options with { Restart = true });
        Assert.Equal(
            ["00000001-a.ann", "00000001-a.txt", .. strangers.Order(StringComparer.Ordinal)],
            Directory.GetFiles(_folder["brat"]).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
        Assert.All(strangers, stranger => Assert.Equal("somebody's work", File.ReadAllText(Path.Combine(_folder["brat"], stranger))));
    }

    [Fact]
    public async Task A_file_that_stands_where_standoff_would_write_ends_the_job_and_stays()
    {
        Directory.CreateDirectory(_folder["brat"]);
        _folder.Write("brat/00000001-a.ann", "somebody's work");
        var error = await Assert.ThrowsAsync<BatchException>(() =>
            Job.RunAsync(_folder.Write("in.jsonl", "{\"id\":\"a\",\"text\":\"غزة\"}\n"), _folder["brat/"], options => options with { Restart = true })
        );
        Assert.Equal(BatchFailure.OutputUnwritable, error.Failure);
        Assert.Contains("'00000001-a.ann' is there already", error.Message, StringComparison.Ordinal);
        Assert.Equal("somebody's work", File.ReadAllText(_folder["brat/00000001-a.ann"]));
        Assert.Single(Directory.GetFiles(_folder["brat"]));
    }

    [Fact]
    public async Task A_file_in_the_place_of_a_folder_that_was_is_the_jobs_own()
    {
        var input = _folder.Write("in.jsonl", SampleNews.Jsonl(5));
        await Job.RunAsync(input, _folder["out"]);
        await Job.RunAsync(input, _folder["out"], options => options with { Restart = true, Format = OutputFormat.Standoff });
        Assert.Equal(10, Directory.GetFiles(_folder["out"]).Length);
    }

    private static async Task HardLinkAsync(string path, string link)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Hard links are told from copies on Linux.");
        Assert.Equal(0, (await ChildProcess.RunAsync("ln", path, link)).ExitCode);
    }
}
