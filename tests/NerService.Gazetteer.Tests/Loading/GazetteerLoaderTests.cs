using System.Text;
using NerService.Gazetteer.Index;
using NerService.Gazetteer.Loading;
using NerService.Gazetteer.Matching;
using NerService.Text.Folding;
using NerService.Text.Labels;

namespace NerService.Gazetteer.Tests.Loading;

public sealed class GazetteerLoaderTests : IDisposable
{
    private static readonly GazetteerLoadOptions Skip = new() { BadLines = BadLinePolicy.Skip };

    private readonly TemporaryFolder _files = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Comments_and_empty_lines_are_not_entries()
    {
        // A comment, an empty line, a line of blanks, and one entry without a line feed at its end.
        var loaded = await Load("# surface\ttype\tid\tweight\n\n \t\nمصر\tLOC\tEG\t5");
        Assert.Equal(1, loaded.Value.Count);
        Assert.Equal(new GazetteerEntry("مصر", EntityType.Location, "EG", 5, "مصر"), Names.Whole(loaded.Value.Find("مصر")[0]));
        Assert.Equal(0, loaded.Skipped.Count);
    }

    [Fact]
    public async Task All_three_types_and_the_canonical_column_are_read()
    {
        // The third line gives its own canonical name.
        var index = (await Load("علي\tPER\tp\t0\nمصر\tLOC\tl\t1e9\nالأهرام\tORG\to\t2.5\tمؤسسة الأهرام\n")).Value;
        Assert.Equal(EntityType.Person, index.Find("علي")[0].Type);
        Assert.Equal((EntityType.Location, 1e9), (index.Find("مصر")[0].Type, index.Find("مصر")[0].Weight));
        Assert.Equal(new GazetteerEntry("الأهرام", EntityType.Organization, "o", 2.5, "مؤسسة الأهرام"), Names.Whole(index.Find("الاهرام")[0]));
    }

    [Fact]
    public async Task Windows_line_ends_and_a_byte_order_mark_are_accepted()
    {
        // The mark stands before the first surface; the carriage return is not part of weight or canonical name.
        var index = (await Load("\uFEFFمصر\tLOC\tEG\t5\r\nلبنان\tLOC\tLB\t3\tالجمهورية اللبنانية\r\n")).Value;
        Assert.Equal("مصر", index.Find("مصر")[0].Surface);
        Assert.Equal("الجمهورية اللبنانية", index.Find("لبنان")[0].Canonical);
    }

    [Fact]
    public async Task Spaces_around_a_surface_are_not_part_of_it()
    {
        Assert.Equal("مصر", (await Load(" مصر \tLOC\tEG\t5\n")).Value.Find("مصر")[0].Canonical);
    }

    [Theory]
    [InlineData("مصر\tLOC\tEG", "found 3")]
    [InlineData("مصر", "found 1")]
    [InlineData("مصر\tLOC\tEG\t5\tمصر\tx", "more than 5")]
    [InlineData("مصر\tPlace\tEG\t5", "type 'Place' is neither PER, LOC or ORG nor")]
    [InlineData("مصر\tloc\tEG\t5", "type 'loc'")]
    [InlineData("مصر\t\tEG\t5", "type ''")]
    [InlineData("مصر\tLOC\t \t5", "id is empty")]
    [InlineData("مصر\tLOC\tEG\t-1", "weight '-1'")]
    [InlineData("مصر\tLOC\tEG\tNaN", "weight 'NaN'")]
    [InlineData("مصر\tLOC\tEG\t5 million", "weight '5 million'")]
    [InlineData("مصر\tLOC\tEG\t", "weight ''")]
    [InlineData("مصر\tLOC\tEG\t5\t", "canonical name is empty")]
    [InlineData("\tLOC\tEG\t5", "nothing of the surface is left")]
    [InlineData("ـَ\tLOC\tEG\t5", "nothing of the surface is left")] // a tatweel and a fatha
    [InlineData("مصر\rLOC\tEG\t5\t6", "carriage return")]
    [InlineData("\"الهزيرية\"\tLOC\tx1\t1", "\"الهزيرية\" stands in quotation marks, as spreadsheets write cells")]
    [InlineData("مصر\tLOC\t\"EG\"\t5", "\"EG\" stands in quotation marks")]
    [InlineData("مصر\tLOC\tEG\t5\t\"مصر\"", "\"مصر\" stands in quotation marks")]
    public async Task A_bad_line_is_reported_with_file_line_and_reason(string line, string reason)
    {
        // The bad line is the third; a good one stands on either side.
        var file = _files.Write("places.tsv", $"# comment\nلبنان\tLOC\tLB\t1\n{line}\nالعراق\tLOC\tIQ\t1\n");
        var error = await Assert.ThrowsAsync<GazetteerFormatException>(() => GazetteerLoader.LoadAsync([file], cancellationToken: Cancellation));
        Assert.Equal((file, 3), (error.Line.File, error.Line.Line));
        Assert.Contains(reason, error.Line.Reason, StringComparison.Ordinal);
        Assert.StartsWith($"{file}:3: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("ner gazetteer check", error.Message, StringComparison.Ordinal);

        var loaded = await GazetteerLoader.LoadAsync([file], Skip, cancellationToken: Cancellation);
        Assert.Equal(error.Line, Assert.Single(loaded.Skipped.Listed));
        Assert.Equal(2, loaded.Value.Count);
        Assert.True(loaded.Value.ContainsKey("لبنان"));
        Assert.True(loaded.Value.ContainsKey("العراق"));
    }

    [Fact]
    public async Task Quotation_marks_inside_a_name_are_its_own()
    {
        // A name with a nickname, and one that only begins with a mark.
        Assert.Equal(2, (await Load("محمد \"أبو تريكة\" علي\tPER\ta\t1\n\"الشرق\" الأوسط\tORG\tb\t1\n")).Value.Count);
    }

    [Theory]
    [InlineData("utf-16", "UTF-16LE")]
    [InlineData("utf-16BE", "UTF-16BE")]
    [InlineData("utf-32", "UTF-32LE")]
    public async Task A_file_in_another_encoding_is_refused_once_and_the_encoding_named(string encoding, string name)
    {
        var file = _files.Write("wide.tsv", Encoding.GetEncoding(encoding).GetBytes("مصر\tLOC\tEG\t5\nلبنان\tLOC\tLB\t1\n"));
        var loaded = await GazetteerLoader.LoadAsync([file], Skip, cancellationToken: Cancellation);
        Assert.StartsWith($"{file}:1: the file is {name}, not UTF-8", Assert.Single(loaded.Skipped.Listed).ToString(), StringComparison.Ordinal);
        Assert.Equal(1, loaded.Skipped.Count);
        await Assert.ThrowsAsync<GazetteerFormatException>(() => GazetteerLoader.LoadAsync([file], cancellationToken: Cancellation));
    }

    [Fact]
    public async Task Bytes_that_are_not_utf8_are_a_bad_line()
    {
        // مصر in Windows-1256.
        var file = _files.Write("old.tsv", [0xE3, 0xD5, 0xD1, .. "\tLOC\tEG\t5\n"u8, .. Encoding.UTF8.GetBytes("لبنان\tLOC\tLB\t1\n")]);
        var loaded = await GazetteerLoader.LoadAsync([file], Skip, cancellationToken: Cancellation);
        Assert.Equal($"{file}:1: the line is not valid UTF-8", Assert.Single(loaded.Skipped.Listed).ToString());
        Assert.Equal(1, loaded.Value.Count);
    }

    [Fact]
    public async Task A_surface_over_the_limits_is_a_bad_line()
    {
        var loaded = await Load($"{new string('م', 257)}\tLOC\ta\t1\n{string.Join(' ', Enumerable.Repeat("مصر", 17))}\tLOC\tb\t1\n", Skip);
        Assert.Equal(
            ["the surface has 257 UTF-16 code units, at most 256 are allowed", "the surface has 17 words, at most 16 are allowed"],
            loaded.Skipped.Listed.Select(line => line.Reason)
        );
    }

    [Fact]
    public async Task Skipped_lines_past_the_limit_are_counted_but_not_listed()
    {
        var loaded = await Load("a\nb\nc\nمصر\tLOC\tEG\t5\n", Skip with { MaxListedBadLines = 2 });
        Assert.Equal([1, 2], loaded.Skipped.Listed.Select(line => line.Line));
        Assert.Equal(3, loaded.Skipped.Count);
        Assert.Equal(1, loaded.Value.Count);
    }

    [Fact]
    public async Task Several_files_make_one_index_and_share_ids()
    {
        // The heavier spelling is in the second file; the first file ends without a line feed.
        string[] files = [_files.Write("a.tsv", "لندره\tLOC\tlondon\t1"), _files.Write("b.tsv", "لندن\tLOC\tlondon\t8\nلندره\tLOC\tlondon\t1\n")];
        var index = (await GazetteerLoader.LoadAsync(files, cancellationToken: Cancellation)).Value;
        Assert.Equal(2, index.Count);
        Assert.Equal("لندن", index.Find("لندره")[0].Canonical);
        Assert.Equal(files, index.Files);
        Assert.Equal(GazetteerOrigin.BuiltIn, index.Origin);
    }

    [Fact]
    public async Task The_version_is_the_contents_not_the_names()
    {
        var first = await Load("مصر\tLOC\tEG\t5\n", name: "a.tsv");
        var same = await Load("مصر\tLOC\tEG\t5\n", name: "b.tsv");
        var other = await Load("مصر\tLOC\tEG\t6\n", name: "c.tsv");
        Assert.Equal(first.Value.Version, same.Value.Version);
        Assert.NotEqual(first.Value.Version, other.Value.Version);
        Assert.Matches("^[0-9a-f]{16}$", first.Value.Version);
    }

    [Fact]
    public async Task Empty_files_and_no_files_make_an_empty_index()
    {
        Assert.Equal(0, (await Load("")).Value.Count);
        Assert.Equal(0, (await Load("# nothing yet\n")).Value.Count);
        Assert.Equal(0, (await GazetteerLoader.LoadAsync([], cancellationToken: Cancellation)).Value.Count);
    }

    [Fact]
    public async Task A_missing_file_is_named()
    {
        var missing = _files["missing.tsv"];
        var error = await Assert.ThrowsAsync<FileNotFoundException>(() => GazetteerLoader.LoadAsync([missing], cancellationToken: Cancellation));
        Assert.Contains(missing, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_load_can_be_cancelled()
    {
        var file = _files.Write("a.tsv", "مصر\tLOC\tEG\t5\n");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            GazetteerLoader.LoadAsync([file], cancellationToken: new CancellationToken(canceled: true))
        );
    }

    [Fact]
    public void A_folders_files_of_entries_come_in_order()
    {
        foreach (var name in (string[])["people.tsv", "name-parts.tsv", "canonical.tsv", "hazard.tsv", "Places.tsv", "NOTICE.md"])
            _files.Write(name, "");
        Assert.Equal(["Places.tsv", "people.tsv"], GazetteerLoader.EntryFiles(_files.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task An_index_from_files_equals_one_from_entries()
    {
        // Spellings that fold alike, several ids and types on one key, duplicates, longer names.
        GazetteerEntry[] entries =
        [
            new("القاهرة", EntityType.Location, "c", 9),
            new("القاهره", EntityType.Location, "c", 9),
            new("القاهرة", EntityType.Organization, "film", 1, "فيلم القاهرة"),
            new("القاهرة الجديدة", EntityType.Location, "n", 2),
            new("القاهرة", EntityType.Location, "c", 3),
            new("محمد علي", EntityType.Person, "m", 1),
        ];
        var lines = entries.Select(entry =>
            FormattableString.Invariant($"{entry.Surface}\t{entry.Type.ToTag()}\t{entry.Id}\t{entry.Weight}")
            + (entry.Canonical is null ? "" : "\t" + entry.Canonical)
        );
        var (fromFile, fromEntries) = ((await Load(string.Join('\n', lines))).Value, GazetteerIndex.Build(entries));
        Assert.Equal(fromEntries.Count, fromFile.Count);
        foreach (var key in entries.Select(entry => FoldedText.KeyOf(entry.Surface)))
        {
            Assert.Equal(fromEntries.Find(key).Select(Names.Whole), fromFile.Find(key).Select(Names.Whole));
            Assert.Equal(fromEntries.Find(key).TypeMask, fromFile.Find(key).TypeMask);
        }
        const string text = "زار محمد علي القاهرة الجديدة ثم للقاهره";
        Assert.Equal(Shown(fromEntries), Shown(fromFile));

        string[] Shown(GazetteerIndex index) =>
            [.. GazetteerMatcher.Match(Names.Document(text), index).Select(match => $"{match.Words} {match.CutLength} {match.Entries.Count}")];
    }

    private Task<GazetteerLoadResult<GazetteerIndex>> Load(string content, GazetteerLoadOptions? options = null, string name = "names.tsv") =>
        GazetteerLoader.LoadAsync([_files.Write(name, content)], options, cancellationToken: Cancellation);
}
