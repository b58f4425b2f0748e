using System.Text;
using NerService.Contracts.V1;
using NerService.Protocol;

namespace NerService.Cli.Tests.Tagging;

public sealed class TagCommandTests
{
    private const string News = "التقى وزير الخارجية الروسي سيرغي لافروف نظيره المصري سامح شكري في القاهرة لبحث الأوضاع في غزة.";

    [Fact]
    public async Task A_line_of_text_becomes_a_line_of_json_with_offsets_that_slice()
    {
        var response = Only(await CommandRun.RunAsync(News + "\n", "tag", "--format", "json", "--offsets", "utf16", "-"));
        Assert.Equal("1", response.DocumentId);
        (string, EntityType)[] expected =
        [
            ("سيرغي لافروف", EntityType.Person),
            ("سامح شكري", EntityType.Person),
            ("القاهرة", EntityType.Location),
            ("غزة", EntityType.Location),
        ];
        Assert.Superset(expected.ToHashSet(), response.Mentions.Select(e => (e.Text, e.Type)).ToHashSet());
        Assert.All(response.Mentions, e => Assert.Equal(e.Text, News[e.Span.Start..e.Span.End]));
    }

    // Tashkeel in one name and tatweel in another: found all the same, and returned as they are written.
    [Fact]
    public async Task Tashkeel_and_tatweel_do_not_hide_a_name()
    {
        var response = await TagOneAsync("التقى سِيرغي لافْروف نظيره المصري سامح شكري في القـاهرة.");
        Assert.Superset(new HashSet<string> { "سِيرغي لافْروف", "سامح شكري", "القـاهرة" }, response.Mentions.Select(e => e.Text).ToHashSet());
    }

    [Fact]
    public async Task Words_sent_as_tokens_keep_their_indices()
    {
        var response = await TagOneAsync("وصل  سيرغي لافروف إلى\tالقاهرة", "--tokens");
        var person = Assert.Single(response.Mentions, e => e.Type == EntityType.Person);
        // Offsets count in the tokens joined by one space.
        Assert.Equal(("سيرغي لافروف", 1, 3, 4), (person.Text, person.Words.Start, person.Words.End, person.Span.Start));
    }

    [Theory]
    [InlineData("codepoint")]
    [InlineData("utf16")]
    [InlineData("utf8")]
    public async Task Offsets_slice_in_the_unit_asked_for(string unit)
    {
        // An emoji of two UTF-16 units before the names.
        const string text = "🎉 وصل سيرغي لافروف إلى القاهرة";
        var response = await TagOneAsync(text, "--offsets", unit);
        Assert.Equal(2, response.Mentions.Count);
        foreach (var entity in response.Mentions)
        {
            var (start, end) = (entity.Span.Start, entity.Span.End);
            var slice = unit switch
            {
                "utf16" => text[start..end],
                "utf8" => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)[start..end]),
                _ => string.Concat(text.EnumerateRunes().Skip(start).Take(end - start).Select(rune => rune.ToString())),
            };
            Assert.Equal(entity.Text, slice);
        }
    }

    [Fact]
    public async Task Json_is_compact_with_defaults_written_and_arabic_as_itself()
    {
        var run = await TagAsync("القاهرة", "--format", "json");
        Assert.StartsWith(
            "{\"documentId\":\"1\",\"mentions\":[{\"type\":\"ENTITY_TYPE_LOCATION\",\"label\":\"LOC\",\"text\":\"القاهرة\","
                + "\"span\":{\"start\":0,\"end\":7},\"coreSpan\":{\"start\":0,\"end\":7},\"coreText\":\"القاهرة\",\"clitics\":[],"
                + "\"normalizedName\":\"القاهرة\",\"confidence\":0.",
            run.Out,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Empty_lines_are_not_documents_and_ids_are_the_numbers_of_lines()
    {
        var run = await TagAsync("\n القاهرة\r\n \nبيروت", "--format", "json");
        Assert.Equal(["2", "4"], run.Lines.Select(line => ProtoJson.Parse<ExtractEntitiesResponse>(line).DocumentId));
        Assert.Equal(1, ProtoJson.Parse<ExtractEntitiesResponse>(run.Lines[0]).Mentions[0].Span.Start);
    }

    [Fact]
    public async Task A_file_can_be_one_document_named_for_itself()
    {
        using var file = new TemporaryFile("وصل لافروف\nإلى القاهرة\n");
        var run = await TagAsync("", "--format", "json", "--document", "file", file.Path);
        var response = ProtoJson.Parse<ExtractEntitiesResponse>(Assert.Single(run.Lines));
        Assert.Equal(Path.GetFileName(file.Path), response.DocumentId);
        Assert.Contains(response.Mentions, e => e.Text == "القاهرة");
    }

    [Fact]
    public async Task Conll_writes_a_label_for_every_word()
    {
        var run = await TagAsync("وصل سيرغي لافروف إلى القاهرة", "--format", "conll", "--tokens");
        Assert.Equal("وصل\tO\nسيرغي\tB-PER\nلافروف\tI-PER\nإلى\tO\nالقاهرة\tB-LOC\n\n", run.Out);
    }

    [Fact]
    public async Task Text_marks_the_entities_in_brackets_where_there_is_no_terminal()
    {
        var run = await TagAsync("وصل سيرغي لافروف إلى القاهرة");
        Assert.Equal("وصل \u2068[سيرغي لافروف PER]\u2069 إلى \u2068[القاهرة LOC]\u2069\n", run.Out);
    }

    [Theory]
    [InlineData("person")]
    [InlineData("PER")]
    [InlineData("organization,PERSON")]
    public async Task Only_the_types_asked_for_are_returned(string types)
    {
        var response = await TagOneAsync(News, "--types", types);
        Assert.NotEmpty(response.Mentions);
        Assert.All(response.Mentions, e => Assert.Equal(EntityType.Person, e.Type));
    }

    [Fact]
    public async Task Entities_below_the_minimum_confidence_are_left_out() =>
        Assert.Empty((await TagOneAsync(News, "--min-confidence", "1")).Mentions);

    [Fact]
    public async Task Nothing_but_white_space_is_answered_with_nothing()
    {
        var run = await TagAsync(" \n\n", "--format", "json");
        Assert.Equal((0, "", ""), (run.ExitCode, run.Out, run.Error));
    }

    [Fact]
    public async Task Many_lines_are_answered_in_their_order()
    {
        var run = await TagAsync(string.Concat(Enumerable.Repeat(News + "\nغزة\n", 60)), "--format", "json");
        Assert.Equal(
            Enumerable.Range(1, 120).Select(i => $"{i}"),
            run.Lines.Select(line => ProtoJson.Parse<ExtractEntitiesResponse>(line).DocumentId)
        );
    }

    [Fact]
    public async Task Bytes_that_are_not_utf8_end_the_run_after_the_documents_before_them()
    {
        var run = await CommandRun.RunAsync([.. Encoding.UTF8.GetBytes("غزة\n"), 0xC3, 0x28], ["tag", .. SmallSetup.Options, "--format", "json"]);
        Assert.Equal((ExitCode.BadInput, 1), (run.ExitCode, run.Lines.Length));
        Assert.Equal("ner: standard input line 2: The line is not valid UTF-8: byte 0xC3 at its byte 1.\n", run.Error);
    }

    [Theory]
    [InlineData(ExitCode.Usage, "--format is 'xml'; allowed are text, json, conll.", "--format", "xml")]
    [InlineData(ExitCode.Usage, "--offsets is 'bytes'; allowed are codepoint, utf16, utf8.", "--offsets", "bytes")]
    [InlineData(ExitCode.Usage, "There is no label 'city'; the labels are PER, LOC, ORG", "--types", "person,city")]
    [InlineData(ExitCode.Usage, "'1' is neither a type", "--types", "1")]
    [InlineData(ExitCode.Usage, "--min-confidence is 1.5; allowed are 0 to 1", "--min-confidence", "1.5")]
    [InlineData(ExitCode.Usage, "--server 'localhost:5051' is not an http or https address", "--server", "localhost:5051")]
    [InlineData(ExitCode.Usage, "MaxBatchPaddedSubwords is 1", "--max-batch-subwords", "1")]
    [InlineData(ExitCode.BadInput, "'/nowhere/x.txt' cannot be read", "/nowhere/x.txt")]
    [InlineData(ExitCode.ModelUnusable, "The model folder '/nowhere' does not exist", "--model", "/nowhere")]
    [InlineData(ExitCode.ModelUnusable, "The gazetteer folder '/nowhere' does not exist", "--gazetteer-folder", "/nowhere")]
    [InlineData(ExitCode.ServerRefused, "Nothing answered at the server's address", "--server", "http://127.0.0.1:1")]
    public async Task What_is_wrong_is_said_on_standard_error_and_by_the_exit_code(int exitCode, string reason, params string[] arguments)
    {
        var run = await CommandRun.RunAsync("غزة", ["tag", .. arguments]);
        Assert.Equal((exitCode, ""), (run.ExitCode, run.Out));
        Assert.Contains(reason, run.Error, StringComparison.Ordinal);
        Assert.StartsWith("ner: ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_option_is_refused_without_a_word_on_standard_output()
    {
        var run = await CommandRun.RunAsync("غزة", "tag", "--colour");
        Assert.Equal((ExitCode.Usage, ""), (run.ExitCode, run.Out));
        Assert.Contains("There is no option '--colour'", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_lists_the_exit_codes()
    {
        var run = await CommandRun.RunAsync("", "--help");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains(ExitCode.Help, run.Out, StringComparison.Ordinal);
    }

    private static Task<CommandRun> TagAsync(string input, params string[] arguments) =>
        CommandRun.RunAsync(input, ["tag", .. SmallSetup.Options, .. arguments]);

    private static async Task<ExtractEntitiesResponse> TagOneAsync(string text, params string[] arguments) =>
        Only(await TagAsync(text, ["--format", "json", .. arguments, "-"]));

    private static ExtractEntitiesResponse Only(CommandRun run)
    {
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return ProtoJson.Parse<ExtractEntitiesResponse>(Assert.Single(run.Lines));
    }
}
