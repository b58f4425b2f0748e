using NerService.Batch.Checkpoints;
using NerService.Batch.Output;
using NerService.Contracts.V1;

namespace NerService.Batch.Tests.Checkpoints;

/// <summary>A job that is stopped goes on, and nobody can tell from the output.</summary>
public sealed class ResumeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("out.jsonl")]
    [InlineData("out.jsonl.gz")]
    [InlineData("out.jsonl.zst")]
    [InlineData("out.conll")]
    [InlineData("out.conll.gz")]
    [InlineData("out.parquet")]
    public async Task A_job_that_died_several_times_ends_with_the_bytes_of_one_that_did_not(string name)
    {
        var input = _folder.Write("in.jsonl", SampleNews.Jsonl(137, badEach: 7));
        await Job.RunAsync(input, _folder["whole-" + name]);
        foreach (var document in (int[])[1, 9, 25, 40, 2])
            await Job.DieAtAsync(document, input, _folder[name]);
        // What lies after the checkpoint's length, as after a kill in the middle of a write, is cut away.
        var part = name.EndsWith(".parquet", StringComparison.Ordinal) ? ParquetWriter.PartOf(_folder[name]) : _folder[name];
        await File.AppendAllTextAsync(part, "half a li", TestContext.Current.CancellationToken);
        await File.AppendAllTextAsync(_folder[name] + ".errors.jsonl", "half a li", TestContext.Current.CancellationToken);
        var totals = await Job.RunAsync(input, _folder[name]);
        Assert.Equal((137, 19), (totals.Documents, totals.Errors));
        Same(_folder["whole-" + name], _folder[name]);
        Same(_folder["whole-" + name] + ".errors.jsonl", _folder[name] + ".errors.jsonl");
        Assert.True(Checkpoint.Load(Checkpoint.PathOf(_folder[name]))!.Complete);
    }

    [Fact]
    public async Task A_folder_of_standoff_is_gone_on_with()
    {
        var input = _folder.Write("in.jsonl", SampleNews.Jsonl(45));
        await Job.RunAsync(input, _folder["whole/"]);
        await Job.DieAtAsync(33, input, _folder["parts/"]);
        await Job.RunAsync(input, _folder["parts/"]);
        var files = Directory.GetFiles(_folder["whole"]).Select(Path.GetFileName).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(90, files.Count);
        Assert.Equal(files, Directory.GetFiles(_folder["parts"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        foreach (var file in files)
            Same(Path.Combine(_folder["whole"], file!), Path.Combine(_folder["parts"], file!));
    }

    [Fact]
    public async Task Several_files_go_on_in_the_file_where_they_stopped()
    {
        foreach (var (name, seed) in (ReadOnlySpan<(string, int)>)[("b.jsonl", 2), ("a.jsonl", 1), ("c.jsonl", 3)])
            _folder.Write(name, SampleNews.Jsonl(23, seed));
        await Job.RunAsync(_folder["?.jsonl"], _folder["whole.out"]);
        await Job.DieAtAsync(40, _folder["?.jsonl"], _folder["parts.out"]);
        Assert.Equal(1, Checkpoint.Load(Checkpoint.PathOf(_folder["parts.out"]))!.File);
        await Job.RunAsync(_folder["?.jsonl"], _folder["parts.out"]);
        Same(_folder["whole.out"], _folder["parts.out"]);
        Assert.Equal(69, File.ReadLines(_folder["parts.out"]).Count());
    }

    [Fact]
    public async Task A_job_that_has_ended_has_nothing_to_do()
    {
        var input = _folder.Write("in.jsonl", SampleNews.Jsonl(12));
        await Job.RunAsync(input, _folder["out"]);
        var before = File.ReadAllBytes(_folder["out"]);
        var totals = await Job.RunAsync(
            input,
            _folder["out"],
            tagger: new FakeTagger { Refuse = _ => throw new InvalidOperationException("asked again") }
        );
        Assert.Equal(12, totals.Documents);
        Assert.Equal(before, File.ReadAllBytes(_folder["out"]));
    }

    [Fact]
    public async Task What_changed_is_named_and_refused()
    {
        var input = _folder.Write("in.jsonl", SampleNews.Jsonl(30));
        await Job.DieAtAsync(15, input, _folder["out"]);
        Assert.Contains("model: was fake@1, is fake@2", await RefusedAsync(tagger: new FakeTagger { Model = "fake@2" }), StringComparison.Ordinal);
        Assert.Contains(
            "gazetteer: was names1, is names2",
            await RefusedAsync(tagger: new FakeTagger { Gazetteer = "names2" }),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "--include-text: was off, is on",
            await RefusedAsync(options => options with { IncludeText = true }),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "--format: was Jsonl, is Conll",
            await RefusedAsync(options => options with { Format = OutputFormat.Conll }),
            StringComparison.Ordinal
        );
        // One letter, the size stays.
        var text = File.ReadAllText(input);
        File.WriteAllText(input, text[..^10] + text[^10..].Replace('n', 'm'));
        Assert.Contains($"input 1: was {input}", await RefusedAsync(), StringComparison.Ordinal);
        File.WriteAllText(input, text);
        await Job.RunAsync(input, _folder["out"]);

        async Task<string> RefusedAsync(Func<OutputOptions, OutputOptions>? with = null, FakeTagger? tagger = null)
        {
            var error = await Assert.ThrowsAsync<BatchException>(() => Job.RunAsync(input, _folder["out"], with, tagger));
            Assert.Equal(BatchFailure.CheckpointMismatch, error.Failure);
            return error.Message;
        }
    }

    [Fact]
    public void Whatever_is_asked_of_documents_is_part_of_what_a_job_is()
    {
        ExtractionOptions[] others =
        [
            new() { OffsetUnit = OffsetUnit.Utf8Byte },
            new() { MinConfidence = 0.5f },
            new() { Types_ = { EntityType.Person } },
            // A label of a model's own.
            new() { Labels = { "EVENT" } },
            new() { Gazetteer = new GazetteerOptions { Disabled = true } },
            new() { Gazetteer = new GazetteerOptions { Deny = { "القاهرة" } } },
            new() { Gazetteer = new GazetteerOptions { Deny = { "بيروت" } } },
        ];
        var jobs = others.Append(new ExtractionOptions()).Select(Describe).ToList();
        Assert.Equal(jobs.Count, jobs.Distinct().Count());

        static string Describe(ExtractionOptions options)
        {
            var job = new Dictionary<string, string>(StringComparer.Ordinal);
            BatchJob.DescribeAnswers(job, OutputFormat.Jsonl, options);
            return string.Join('\n', job);
        }
    }

    [Fact]
    public async Task An_output_that_somebody_cut_is_refused()
    {
        var input = _folder.Write("in.jsonl", SampleNews.Jsonl(30));
        await Job.DieAtAsync(25, input, _folder["out"]);
        using (var file = new FileStream(_folder["out"], FileMode.Open))
            file.SetLength(5);
        Assert.Contains(
            "has 5 bytes",
            (await Assert.ThrowsAsync<BatchException>(() => Job.RunAsync(input, _folder["out"]))).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Two_jobs_do_not_write_one_file()
    {
        var input = _folder.Write("in.jsonl", SampleNews.Jsonl(30));
        await Job.DieAtAsync(25, input, _folder["out"]);
        await using var held = BlockFile.Open(_folder["out"], OutputCompression.None, new FileInfo(_folder["out"]).Length);
        Assert.Equal(BatchFailure.OutputUnwritable, (await Assert.ThrowsAsync<BatchException>(() => Job.RunAsync(input, _folder["out"]))).Failure);
    }

    [Fact]
    public async Task Too_many_errors_stop_the_job_and_a_higher_limit_goes_on()
    {
        var input = _folder.Write("in.jsonl", SampleNews.Jsonl(60, badEach: 5));
        await Job.RunAsync(input, _folder["whole"]);
        var error = await Assert.ThrowsAsync<BatchException>(() => Job.RunAsync(input, _folder["out"], options => options with { MaxErrors = 4 }));
        Assert.Equal(BatchFailure.TooManyErrors, error.Failure);
        Assert.Contains("--max-errors 4", error.Message, StringComparison.Ordinal);
        await Job.RunAsync(input, _folder["out"]);
        Same(_folder["whole"], _folder["out"]);
        Same(_folder["whole.errors.jsonl"], _folder["out.errors.jsonl"]);
    }

    private static void Same(string expected, string actual) => Assert.Equal(File.ReadAllBytes(expected), File.ReadAllBytes(actual));
}
