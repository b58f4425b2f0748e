using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using NerService.Batch.Documents;
using NerService.Batch.Documents.Conll;

namespace NerService.Batch.Tests.Documents.Conll;

/// <summary>CoNLL files of every make: tokens and labels are told from all else, and all else is kept byte for byte.</summary>
public sealed class ConllTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    // Tabs, a column in the middle, CR LF, two empty lines, a document mark, no line's end at the end.
    [InlineData("-DOCSTART-\tO\n\nزار\tVBD\t@\nلافروف\tNNP\t@\n\n\nغزة\tNNP\t@\n")]
    [InlineData("زار @\r\nلافروف @\r\n\r\nغزة @\r\n\r\n")]
    [InlineData("\nزار\t@\n \t \nغزة\t@")]
    // A byte order mark, a word of a vowel mark alone, and the words of emoji.
    [InlineData("\uFEFFزار\t@\nَ\t@\n👋🏽\t@\n\n\n\n")]
    // White space after the label, of every kind and on some lines only.
    [InlineData("زار\t@\t\nلافروف\t@ \nفي\t@\nغزة\t@ \t \n")]
    [InlineData("زار @ \nغزة @\t\n")]
    // Comments, before and inside of sentences.
    [InlineData("# sent_enum = 1\nلافروف\t@\n# text = لافروف في غزة\nغزة\t@\n\n#begin document (a); part 000\nغزة\t@\n")]
    [InlineData("# id 5f2c-11\tdomain=ar\nوصل _ _ @\nبيروت _ _ @\n")]
    // A token that begins like a comment.
    [InlineData("#محمد\t@\n#\t@\nزار\t@\n")]
    [InlineData("# @\n#غزة @\nزار @\n")]
    // CoNLL-U: numbers, a written word of two, a word that is not written.
    [InlineData(
        "# newdoc id = d1\n# text = "
            + "وبيروت\n1-2\tوبيروت\t_\t_\t_\t_\n1\tو\tو\tCCONJ\t_\t@\n2\tبيروت\tبيروت\tPROPN\t_\t@\n2.1\tهو\t_\t_\t_\t_\n\n1\tغزة\tغزة\tPROPN\t_\t@\n"
    )]
    // Numbers that run on over the sentences.
    [InlineData("1\tزار\t@\n2\tغزة\t@\n\n3\tبيروت\t@\n")]
    // A score after the label; a chunk's label before it.
    [InlineData("زار\t@\t0.99\nغزة\t@\t0.71\n")]
    [InlineData("زار VBD B-VP @\nغزة NNP B-NP @\n")]
    [InlineData("زار -X- _ @\n\nغزة -X- _ @\n")]
    // WikiANN, whose tokens have their language before them.
    [InlineData("ar:زار\t@\nar::\t@\nar:غزة\t@\n")]
    // spaCy's bars: a sentence a line, with and without part of speech; a token that is a bar; a comment.
    [InlineData("زار|VERB|@ لافروف|PROPN|@ غزة|PROPN|@\n||SYM|@  غزة|PROPN|@ \n")]
    [InlineData("\uFEFFزار|@ غزة|@\r\n# بغداد\r\nغزة|@\r\n")]
    [InlineData("زار|VERB|@\nغزة|PROPN|@\n\nغزة|PROPN|@\n")]
    // Tabs and spaces in one file, and in one line.
    [InlineData("زار\t@\nلافروف @\nغزة \t @\n")]
    [InlineData("زار\tVERB @\nلافروف\tPROPN @\nغزة PROPN\t@\n")]
    // A document mark with columns before columns with CR LF.
    [InlineData("-DOCSTART- -X- -X- O\r\n\r\nزار VBD B-VP @\r\nغزة NNP B-NP @\r\n")]
    // What stands before the token is the sentence's name, or the document's.
    [InlineData("s1\tزار\t@\ns1\tغزة\t@\n\ns2\t.\t@\n")]
    // A word that is not written before the first; names in the last column.
    [InlineData("0.1\tهو\t_\t_\n1\tزار\tVERB\t@\n2-3\tوغزة\t_\t_\n2\tو\tCCONJ\t@\n3\tغزة\tPROPN\t@\n3.1\tهو\t_\t_\n")]
    public async Task Conll_in_conll_out_changes_nothing_but_labels(string template)
    {
        foreach (var extent in (DocumentExtent[])[DocumentExtent.Line, DocumentExtent.File])
        {
            var output = await TagAsync(template.Replace("@", "O", StringComparison.Ordinal), extent);
            Assert.Matches($"^{Regex.Escape(template).Replace("@", "(O|B-PER|B-LOC|B-ORG)", StringComparison.Ordinal)}$", output);
            Assert.Matches("B-(PER|LOC|ORG)", output);
            // Tagged again, a tagged file is the same file.
            Assert.Equal(output, await TagAsync(output, extent));
        }
    }

    [Theory]
    // A label is added where the file has none.
    [InlineData("زار\nغزة\n", "زار\t@\nغزة\t@\n")]
    [InlineData("زار\t\nغزة \n", "زار\t@\nغزة @\n")]
    [InlineData("زار VERB\nغزة PROPN\n", "زار VERB @\nغزة PROPN @\n")]
    [InlineData("زار\tVERB\nغزة\tPROPN\n", "زار\tVERB\t@\nغزة\tPROPN\t@\n")]
    // An empty last column is meant for it.
    [InlineData("زار _ _\nغزة _ _\n", "زار _ @\nغزة _ @\n")]
    // A line without label among others.
    [InlineData("زار\tO\nغزة\nفي\tB-LOC\n", "زار\t@\nغزة\t@\nفي\t@\n")]
    public async Task Where_no_label_stands_one_is_added(string text, string expected) =>
        Assert.Matches(
            $"^{Regex.Escape(expected).Replace("@", "(O|B-PER|B-LOC|B-ORG)", StringComparison.Ordinal)}$",
            await TagAsync(text, DocumentExtent.Line)
        );

    [Theory]
    [InlineData("anercorp.txt", "وصل أحمد الخوري إلى القاهرة")]
    [InlineData("com.conll", "أحمد الخوري|بيروت")]
    [InlineData("iobes.conll", "وصل أحمد الخوري إلى القاهرة")]
    [InlineData("ls.conll", "وصل أحمد")]
    [InlineData("multiconer.conll", "وصل أحمد الخوري إلى القاهرة|زار بيروت")]
    [InlineData("pers.conll", "وصل أحمد الخوري إلى القاهرة")]
    [InlineData("trail_tab.conll", "وصل أحمد الخوري إلى القاهرة .")]
    [InlineData("ud.conll", "وصل أحمد إلى القاهرة")]
    public async Task Files_of_every_make_give_their_words_and_keep_their_other_bytes(string name, string sentences)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "data", "conll", name);
        var (tokens, bytes) = (new List<string>(), new StringBuilder());
        var rows = new List<ConllRow>();
        await using var content = await InputContent.OpenAsync(InputFile.Of(path), Stream.Null, TestContext.Current.CancellationToken);
        await foreach (
            var row in ConllReader.ReadAsync(
                content.LinesAsync(1000, TestContext.Current.CancellationToken),
                "f",
                default,
                TestContext.Current.CancellationToken
            )
        )
        {
            bytes.Append(row.Before).Append(row.Label).Append(row.After);
            if (row.Kind == ConllRowKind.Token)
                Assert.NotNull(row.Label);
            rows.Add(row);
        }
        Assert.Equal(File.ReadAllText(path), bytes.ToString());
        Assert.Equal(sentences.Split('|'), Sentences(rows));
    }

    [Theory]
    [InlineData("*", "*", "*")]
    [InlineData("(PERSON*", "*)", "(GPE)")]
    public async Task Conll_2012_gives_its_words_and_gets_names_in_its_own_brackets(string first, string second, string third)
    {
        const string template =
            "#begin document (bn/ar_0001); part 000\n"
            + "bn/ar_0001  0  0  سيرغي   NNP  (TOP(NP*  سيرغي   -  -  -  @         (0\n"
            + "bn/ar_0001  0  1  لافروف  NNP  *)        لافروف  -  -  -  @         0)\n"
            + "bn/ar_0001  0  2  غزة     NNP  (NP*))    غزة     -  -  -  @         (1)\n"
            + "\n#end document\n";
        var labels = new Queue<string>([first, second, third]);
        var input = Regex.Replace(template, "@", _ => labels.Dequeue());
        var output = await TagAsync(input, DocumentExtent.Line);
        Assert.Matches($"^{Regex.Escape(template).Replace("@", @"(\*|\((PER|LOC|ORG)\))", StringComparison.Ordinal)}$", output);
        Assert.Contains(")         (1)", output, StringComparison.Ordinal);
        Assert.Equal(output, await TagAsync(output, DocumentExtent.Line));
    }

    [Theory]
    [InlineData("O B-PER I-PER O", "* (PER* *) *")]
    [InlineData("B-PER B-PER I-PER I-PER B-LOC", "(PER) (PER* * *) (LOC)")]
    [InlineData("B-GPE I-GPE", "(GPE* *)")]
    public void Names_in_brackets_are_written_and_read_back(string labels, string brackets)
    {
        var words = labels.Split(' ');
        Assert.Equal(brackets.Split(' '), words.Select((label, i) => BracketLabels.Write(label, words.ElementAtOrDefault(i + 1))));
        Assert.All(brackets.Split(' '), cell => Assert.True(BracketLabels.IsLabel(cell)));
        var reader = new BracketLabels();
        Assert.Equal(words, brackets.Split(' ').Select(cell => reader.Read(cell).Verbatim()));
    }

    [Fact]
    public async Task A_word_without_bars_costs_its_line_only()
    {
        var input = _folder.Write("in.iob", string.Concat(Enumerable.Repeat("زار|VERB|O غزة|PROPN|B-LOC\n", 500)) + "بيروت\nغزة|PROPN|O\n");
        var totals = await Job.RunAsync(input, _folder["out.conll"]);
        Assert.Equal((501, 1), (totals.Documents, totals.Errors));
        Assert.Contains(
            "Line 501 holds 'بيروت', which is not a word with part of speech and label after |.",
            File.ReadAllText(_folder["out.conll.errors.jsonl"]),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Columns_are_named_by_options()
    {
        // The second column is the token, the third of four the label; by itself the last one would be.
        var text = "s1\tزار\tO\tB-PER\ns1\tغزة\tB-LOC\tO\n";
        var output = await TagAsync(text, DocumentExtent.Line, new AskedColumns(2, 3));
        Assert.Matches("^s1\tزار\t(O|B-...)\tB-PER\ns1\tغزة\t(O|B-...)\tO\n$", output);
        Assert.Equal(output, await TagAsync(output, DocumentExtent.Line, new AskedColumns(-3, -2)));
    }

    [Fact]
    public async Task Two_columns_of_labels_are_refused_until_one_is_named()
    {
        var text = "لافروف\tB-PER\tB-PER\nفي\tO\tO\nغزة\tB-LOC\tB-ORG\n";
        var error = await Assert.ThrowsAsync<BatchException>(() => TagAsync(text, DocumentExtent.Line));
        Assert.Equal(BatchFailure.BadInput, error.Failure);
        Assert.Contains("labels in two columns, 3 and 2; --label-column", error.Message, StringComparison.Ordinal);
        Assert.StartsWith("لافروف\tB-PER\t", await TagAsync(text, DocumentExtent.Line, new AskedColumns(null, 3)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Any_conll_file_keeps_its_bytes()
    {
        var line = Gen.OneOf(
            Gen.Const("زار\tO"),
            Gen.Const("لافروف\tX\tB-PER"),
            Gen.Const("و"),
            Gen.Const(""),
            Gen.Const("  "),
            Gen.Const("-DOCSTART- -X- O"),
            Gen.Const("a b"),
            Gen.Const("# b"),
            Gen.Const("1\tغزة\tO ")
        );
        var text = Gen.Select(
            Gen.Select(line, Gen.OneOf(Gen.Const("\n"), Gen.Const("\r\n"))).Array[0, 12],
            Gen.Bool,
            (lines, ended) => string.Concat(lines.Select(l => l.Item1 + l.Item2)) + (ended ? "" : "غزة\tO")
        );
        await text.SampleAsync(
            async content =>
            {
                var reader = new LineReader(new MemoryStream(Encoding.UTF8.GetBytes(content)), 1000);
                var lines = new List<Line>();
                while (await reader.ReadAsync(TestContext.Current.CancellationToken) is { } next)
                    lines.Add(next);
                var rows = new List<ConllRow>();
                try
                {
                    await foreach (var row in ConllReader.ReadAsync(Job.Of(lines), "f", default, TestContext.Current.CancellationToken))
                        rows.Add(row);
                }
                catch (BatchException)
                {
                    Assert.Empty(rows);
                    return;
                }
                Assert.Equal(lines.Count, rows.Count);
                Assert.All(
                    lines.Zip(rows),
                    pair =>
                    {
                        var (whole, row) = (pair.First.Text + pair.First.End, pair.Second);
                        // Where a label is added only white space comes before it.
                        if (row.Kind == ConllRowKind.Token && row.Label is null)
                            Assert.Equal(
                                whole,
                                (row.Before.StartsWith(pair.First.Text!, StringComparison.Ordinal) ? pair.First.Text : row.Before) + row.After
                            );
                        else
                            Assert.Equal(whole, row.Before + row.Label + row.After);
                    }
                );
            },
            iter: 300
        );
    }

    [Theory]
    // Lines that end with CR alone would pass for one token, one comment or one mark of a document.
    [InlineData("وصل\tO\rمحمد\tB-PER\r\rبيروت\tB-LOC\r")]
    [InlineData("# id 1\rوصل\tO\r")]
    [InlineData("-DOCSTART-\r\rوصل\tO\r")]
    public async Task Lines_that_end_with_a_carriage_return_alone_are_an_error(string text)
    {
        var input = _folder.Write("in.conll", text);
        await Job.RunAsync(input, _folder["out.conll"]);
        Assert.Contains(
            "has a carriage return inside: lines end with LF or CR LF",
            File.ReadAllText(_folder["out.conll.errors.jsonl"]),
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("PER", File.ReadAllText(_folder["out.conll"]), StringComparison.Ordinal);
    }

    // Words of the service's own types in quotes, behind other signs, and in CoNLL-U's last column, where Stanza writes them.
    [Theory]
    [InlineData("\"لافروف\"\t\"B-PER\"\n\"غزة\"\t\"B-LOC\"\n")]
    [InlineData("لافروف,B-PER\nغزة,B-LOC\n")]
    [InlineData("لافروف;B-PER\nفي;O\n")]
    [InlineData("لافروف\u00A0B-PER\nفي\u00A0O\n")]
    [InlineData("لافروف\u3000B-PER\nفي\u3000O\n")]
    [InlineData("لافروف/B-PER في/O غزة/B-LOC\n")]
    [InlineData("لافروف__B-PER في__O غزة__B-LOC\n")]
    [InlineData("1\tلافروف\t_\t_\t_\t_\t_\t_\t_\tstart_char=0|ner=B-PER\n2\tفي\t_\t_\t_\t_\t_\t_\t_\tner=O|end_char=9\n")]
    public async Task Labels_that_stand_in_no_column_of_their_own_are_refused_not_left_as_gold(string text)
    {
        var error = await Assert.ThrowsAsync<BatchException>(() => TagAsync(text, DocumentExtent.Line));
        Assert.Equal(BatchFailure.BadInput, error.Failure);
        Assert.Contains("has labels that are not in a column of their own", error.Message, StringComparison.Ordinal);
    }

    // A table of documents, with and without names of columns, and sentences of unequal and of one length.
    [Theory]
    [InlineData("id\ttext\n1\tوصل لافروف إلى غزة\n2\tسافر إلى بيروت\n")]
    [InlineData("1\tوصل لافروف إلى غزة\n2\tسافر إلى بيروت\n")]
    [InlineData("وصل لافروف إلى غزة\nسافر إلى بيروت\n")]
    [InlineData("وصل لافروف\nسافر هنية\n")]
    public async Task Running_text_is_refused_not_cut_to_one_word_a_line(string text)
    {
        var error = await Assert.ThrowsAsync<BatchException>(() => TagAsync(text, DocumentExtent.Line));
        Assert.Equal(BatchFailure.BadInput, error.Failure);
        Assert.Contains("several words where CoNLL has one", error.Message, StringComparison.Ordinal);
        Assert.Contains("--token-column", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Columns_stand_where_the_file_itself_says()
    {
        // A lemma in Arabic stands before the word, the label before both.
        var output = await TagAsync("# global.columns = NER LEMMA FORM\nO\tزيارة\tزار\nB-PER\tاسم\tلافروف\n", DocumentExtent.Line);
        Assert.Matches("^# global.columns = NER LEMMA FORM\n(O|B-...)\tزيارة\tزار\n(O|[BI]-...)\tاسم\tلافروف\n$", output);
        await foreach (
            var document in DocumentReader.ReadAsync(
                await InputAsync("# global.columns = NER LEMMA FORM\nO\tزيارة\tزار\n"),
                default,
                TestContext.Current.CancellationToken
            )
        )
            Assert.Equal(["زار"], document.Tokens);
    }

    [Theory]
    [InlineData("token\tner_tags\nزار\tO\nغزة\tB-LOC\n")]
    [InlineData("Word\tPOS\tTag\n\nزار\tVBD\tO\nغزة\tNNP\tB-LOC\n")]
    public async Task A_line_that_names_the_columns_is_kept_and_no_token(string text)
    {
        Assert.StartsWith(
            text[..(text.IndexOf('\n', StringComparison.Ordinal) + 1)],
            await TagAsync(text, DocumentExtent.Line),
            StringComparison.Ordinal
        );
        var words = new List<string>();
        await foreach (var document in DocumentReader.ReadAsync(await InputAsync(text), default, TestContext.Current.CancellationToken))
            words.AddRange(document.Tokens!);
        Assert.Equal(["زار", "غزة"], words);
    }

    // Marks of direction that come with text copied from a word processor.
    [Theory]
    [InlineData("زار\t\u200FO\nلافروف\t\u200FB-PER\n")]
    [InlineData("زار\tO\u200F\nلافروف\tB-PER\u200F\n")]
    public async Task Marks_of_direction_around_a_label_go_with_it(string text) =>
        Assert.Matches("^زار\t(O|B-...)\nلافروف\t(O|[BI]-...)\n$", await TagAsync(text, DocumentExtent.Line));

    [Fact]
    public async Task A_label_without_token_is_an_error_of_its_sentence()
    {
        var input = _folder.Write("in.conll", "زار\tO\nB-PER\n\nغزة\tB-LOC\nبيروت\tB-LOC\n");
        var totals = await Job.RunAsync(input, _folder["out.conll"]);
        Assert.Equal((1, 1), (totals.Documents, totals.Errors));
        Assert.Contains("Line 2 has a label, 'B-PER', but no token", File.ReadAllText(_folder["out.conll.errors.jsonl"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(null)] // the words are there all the same; the labels were tagged as if they were words
    public async Task One_column_cannot_be_the_tokens_and_the_labels(int? token)
    {
        var error = await Assert.ThrowsAsync<BatchException>(() => TagAsync("زار\tO\nغزة\tB-LOC\n", DocumentExtent.Line, new AskedColumns(token, 1)));
        Assert.Contains("column 1 is the token's and the label's", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_line_costs_its_sentence_only()
    {
        var input = _folder.Write("in.conll", "غزة\tO\n\n\tB-PER\nبيروت\tO\n\nبغداد\tO\n");
        var totals = await Job.RunAsync(input, _folder["out.conll"]);
        Assert.Equal((2, 1), (totals.Documents, totals.Errors));
        Assert.Contains("Line 3 begins with a tab", File.ReadAllText(_folder["out.conll.errors.jsonl"]), StringComparison.Ordinal);
        Assert.Matches("^غزة\t(O|B-...)\n\nبغداد\t(O|B-...)\n$", File.ReadAllText(_folder["out.conll"]));
    }

    [Theory]
    [InlineData("a.conllu")]
    [InlineData("a.conll")]
    [InlineData("a.BIOES")]
    [InlineData("a.iob2.gz")]
    public void Files_are_known_by_their_endings(string name) => Assert.Equal(InputFormat.Conll, InputFile.FormatOf(name));

    private Task<JobInput> InputAsync(string text) =>
        JobInput.FindAsync(new InputOptions { Patterns = [_folder.Write("in.conll", text)] }, TestContext.Current.CancellationToken);

    private static IEnumerable<string> Sentences(List<ConllRow> rows)
    {
        var words = new List<string>();
        foreach (var row in rows)
        {
            if (row.Kind == ConllRowKind.Token)
                words.Add(row.Token);
            if (row.Kind != ConllRowKind.Blank || words.Count == 0)
                continue;
            yield return string.Join(' ', words);
            words.Clear();
        }
        if (words.Count > 0)
            yield return string.Join(' ', words);
    }

    private async Task<string> TagAsync(string text, DocumentExtent extent, AskedColumns columns = default)
    {
        var input = _folder.Write("in.conll", text);
        using var output = new TemporaryFolder();
        await Job.RunAsync(input, output["out.conll"], reading: options => options with { Extent = extent, Columns = columns });
        return Encoding.UTF8.GetString(File.ReadAllBytes(output["out.conll"]));
    }
}
