namespace NerService.Cli.Tests.Gazetteer;

public class GazetteerCommandTests
{
    [Fact]
    public async Task Good_files_end_with_zero_and_say_what_they_hold()
    {
        using var names = new TemporaryFile("الزهيرية\tLOC\tx1\t1\nمؤسسة نخيل الواحة\tORG\tx2\t1\n");
        var run = await CommandRun.RunAsync("", "gazetteer", "check", names.Path);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Matches(@"^Names: 2, files: 1, lines skipped: 0; loaded in \d+\.\d\d s, \d+\.\d MB in memory\.$", Assert.Single(run.Lines));
    }

    [Fact]
    public async Task Every_line_that_is_left_out_is_named_with_its_reason()
    {
        // Cells in a spreadsheet's quotation marks, a missing column, a weight that is none; one good line.
        using var names = new TemporaryFile("\"الزهيرية\"\tLOC\tx1\t1\nمصر\tLOC\nلبنان\tLOC\tLB\tmany\nالعراق\tLOC\tIQ\t1\n");
        var run = await CommandRun.RunAsync("", "gazetteer", "check", names.Path);
        Assert.Equal(ExitCode.ModelUnusable, run.ExitCode);
        Assert.Equal(4, run.Lines.Length);
        Assert.StartsWith($"skipped    {names.Path}:1: \"الزهيرية\" stands in quotation marks", run.Lines[0], StringComparison.Ordinal);
        Assert.StartsWith($"skipped    {names.Path}:2: expected 4 or 5 columns", run.Lines[1], StringComparison.Ordinal);
        Assert.StartsWith($"skipped    {names.Path}:3: weight 'many'", run.Lines[2], StringComparison.Ordinal);
        Assert.StartsWith("Names: 1, files: 1, lines skipped: 3;", run.Lines[3], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ids_and_names_that_several_things_share_are_listed_and_are_not_error()
    {
        // Two cities called طرابلس; one id that is a person and a company.
        using var names = new TemporaryFile(
            "طرابلس\tLOC\tlb\t2\nطرابلس\tLOC\tly\t9\nبيغاسوس\tPER\tp\t1\tبيغاسوس\nطيران بيغاسوس\tORG\tp\t1\tبيغاسوس للطيران\n"
        );
        var run = await CommandRun.RunAsync("", "gazetteer", "check", names.Path);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Equal(["shared id  p: بيغاسوس (PER), بيغاسوس للطيران (ORG)", "namesakes  طرابلس (LOC): ly (طرابلس), lb (طرابلس)"], run.Lines[..2]);
    }

    [Fact]
    public async Task A_corpus_counts_how_often_each_name_is_right()
    {
        // Lille is right once and the night twice; مصر is a part of a bank's name once, and right after its proclitic.
        using var names = new TemporaryFile("ليل\tLOC\tlille\t1\nمصر\tLOC\teg\t1\n");
        using var corpus = new TemporaryFile("مدينة\tO\nليل\tB-LOC\nليل\tO\n\nليل\tO\n\nبنك\tB-ORG\nمصر\tI-ORG\nبمصر\tB-LOC\n");
        var run = await CommandRun.RunAsync("", "gazetteer", "check", names.Path, "--corpus", corpus.Path);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Equal("matches    name\tid\tall\tright\tother type\tother words\tno name", run.Lines[0]);
        Assert.Equal(["matches    ليل\tlille\t3\t1\t0\t0\t2", "matches    مصر\teg\t2\t1\t0\t1\t0"], run.Lines[1..3]);
        Assert.Equal("Matches: 5, right 2, no name 2; of names that need context: 0, right 0, no name 0.", run.Lines[3]);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_named()
    {
        var run = await CommandRun.RunAsync("", "gazetteer", "check", "--gazetteer-folder", "/nowhere/gazetteer");
        Assert.Equal(ExitCode.ModelUnusable, run.ExitCode);
        Assert.Contains("'/nowhere/gazetteer' does not exist (--gazetteer-folder", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_or_nothing_in_place_of_a_file_is_named()
    {
        using var folder = new TemporaryFolder();
        var run = await CommandRun.RunAsync("", "gazetteer", "check", folder.Path);
        Assert.Equal(ExitCode.ModelUnusable, run.ExitCode);
        Assert.Equal($"ner: '{folder.Path}' is a folder, not a file of names; --gazetteer-folder takes a folder.", run.Error.Trim());
        run = await CommandRun.RunAsync("", "gazetteer", "check", folder["own.tsv"]);
        Assert.Equal(ExitCode.ModelUnusable, run.ExitCode);
        Assert.Equal($"ner: The gazetteer file '{folder["own.tsv"]}' does not exist.", run.Error.Trim());
    }
}
