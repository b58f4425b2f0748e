using System.IO.Compression;
using System.Text;
using System.Text.Json;
using NerService.Batch.Documents;
using Parquet.Serialization;

namespace NerService.Batch.Tests;

/// <summary>What goes in comes out: ids, fields, words, lines.</summary>
public sealed class FormatTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Fields_ids_and_tokens_of_json_are_passed_on_as_they_were_written()
    {
        var input = _folder.Write(
            "in.jsonl",
            """
            {"n": 1.50,"id":7,"text":"لافروف","tags":["أ", {"k" : null}],"mentions":"mine"}
            {"id":"x\"y","tokens":["غزة","وباريس"]}

            {"text":"بيروت"}

            """
        );
        await Job.RunAsync(input, _folder["out.jsonl"], options => options with { IncludeText = true });
        var lines = File.ReadAllLines(_folder["out.jsonl"]);
        Assert.StartsWith("""{"id":7,"n":1.50,"tags":["أ", {"k" : null}],"text":"لافروف","mentions":[{""", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("""{"id":"x\"y","tokens":["غزة","وباريس"],"mentions":[""", lines[1], StringComparison.Ordinal);
        // A document without id is named by its line.
        Assert.StartsWith("""{"id":"4","text":"بيروت",""", lines[2], StringComparison.Ordinal);
        Assert.Equal(3, lines.Length);
        foreach (var line in lines)
            JsonDocument.Parse(line).Dispose();
    }

    [Fact]
    public async Task Bad_lines_are_written_down_with_place_and_reason_and_the_job_goes_on()
    {
        byte[][] lines =
        [
            """{"text":"غزة"}"""u8.ToArray(),
            "not json"u8.ToArray(),
            """["a"]"""u8.ToArray(),
            """{"id":1}"""u8.ToArray(),
            """{"text":"a","tokens":["a"]}"""u8.ToArray(),
            """{"text":5}"""u8.ToArray(),
            """{"tokens":[1]}"""u8.ToArray(),
            """{"text":"\ud83d"}"""u8.ToArray(),
            [0x7B, 0xFF, 0x7D],
            Encoding.UTF8.GetBytes($$"""{"text":"{{new string('a', 300)}}"}"""),
            """{"text":"بيروت"}"""u8.ToArray(),
        ];
        File.WriteAllBytes(_folder["in.jsonl"], [.. lines.SelectMany(line => (byte[])[.. line, (byte)'\n'])]);
        var totals = await Job.RunAsync(_folder["in.jsonl"], _folder["out.jsonl"], reading: options => options with { MaxDocumentBytes = 200 });
        Assert.Equal((2, 9), (totals.Documents, totals.Errors));
        var errors = File.ReadAllLines(_folder["out.jsonl.errors.jsonl"]).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal([2, 3, 4, 5, 6, 7, 8, 9, 10], errors.Select(error => error.GetProperty("line").GetInt32()));
        string[] reasons = ["not JSON", "not an object", "neither", "both", "'text'", "'tokens'", "surrogate", "0xFF", "--max-document-bytes"];
        Assert.All(errors.Zip(reasons), pair => Assert.Contains(pair.Second, pair.First.GetProperty("reason").GetString(), StringComparison.Ordinal));
        Assert.Equal("not json", errors[0].GetProperty("content").GetString());
    }

    [Theory]
    [InlineData("""{"text":"غزة","text":"بيروت"}""", "text")]
    [InlineData("""{"id":1,"text":"غزة","id":2}""", "id")]
    [InlineData("""{"tokens":["غزة"],"text":null,"tokens":["بيروت"]}""", "tokens")]
    public async Task A_field_that_is_given_twice_is_an_error_and_neither_is_taken(string line, string field)
    {
        var totals = await Job.RunAsync(_folder.Write("in.jsonl", line + "\n"), _folder["out.jsonl"]);
        Assert.Equal((0, 1), (totals.Documents, totals.Errors));
        Assert.Contains($"The field '{field}' is given twice", File.ReadAllText(_folder["out.jsonl.errors.jsonl"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[\n {\"text\": \"غزة\"}\n]\n")]
    [InlineData("\uFEFF\n{\n \"text\": \"غزة\"\n}\n")]
    [InlineData("[{\n \"text\": \"غزة\"\n}]\n")]
    public async Task One_value_over_many_lines_is_refused_once(string json)
    {
        var error = await Assert.ThrowsAsync<BatchException>(() => Job.RunAsync(_folder.Write("in.json", json), _folder["out.jsonl"]));
        Assert.Contains("in.json' is one JSON value over many lines", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compressed_input_is_known_by_its_bytes_and_compressed_output_is_read_by_anyone()
    {
        var content = SampleNews.Jsonl(35);
        await Job.RunAsync(_folder.Write("in.jsonl", content), _folder["plain.jsonl"]);
        foreach (var name in (string[])["gz", "zst"])
        {
            using (var file = File.Create(_folder["packed.jsonl"]))
            using (Stream packer = name == "gz" ? new GZipStream(file, CompressionMode.Compress) : new ZstdSharp.CompressionStream(file))
                packer.Write(Encoding.UTF8.GetBytes(content));
            await Job.RunAsync(_folder["packed.jsonl"], _folder["out.jsonl." + name], options => options with { Restart = true });
            using var output = File.OpenRead(_folder["out.jsonl." + name]);
            using Stream unpacker = name == "gz" ? new GZipStream(output, CompressionMode.Decompress) : new ZstdSharp.DecompressionStream(output);
            using var text = new StreamReader(unpacker);
            Assert.Equal(File.ReadAllText(_folder["plain.jsonl"]), await text.ReadToEndAsync(TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task Parquet_holds_what_jsonl_holds_and_is_read_again()
    {
        await Job.RunAsync(_folder.Write("in.jsonl", SampleNews.Jsonl(25)), _folder["a.parquet"], options => options with { IncludeText = true });
        await Job.RunAsync(_folder["in.jsonl"], _folder["a.jsonl"], options => options with { IncludeText = true });
        using (var file = File.OpenRead(_folder["a.parquet"]))
        {
            var rows = (
                await ParquetSerializer.DeserializeUntypedAsync(file, cancellationToken: TestContext.Current.CancellationToken)
            ).Data!.ToList();
            var lines = File.ReadAllLines(_folder["a.jsonl"]).Select(line => JsonDocument.Parse(line).RootElement).ToList();
            Assert.Equal(lines.Select(line => line.GetProperty("id").GetString()), rows.Select(row => row["id"]));
            Assert.Equal(
                lines.Select(line => line.GetProperty("mentions").GetArrayLength()),
                rows.Select(row => ((System.Collections.IEnumerable)row["mentions"]!).Cast<object>().Count())
            );
            Assert.Equal("{\"n\":0}", rows[0]["fields"]);
        }
        var totals = await Job.RunAsync(_folder["a.parquet"], _folder["b.jsonl"]);
        Assert.Equal((25, 0), (totals.Documents, totals.Errors));
        Assert.Equal(File.ReadLines(_folder["a.jsonl"]).Select(Mentions), File.ReadLines(_folder["b.jsonl"]).Select(Mentions));

        static string Mentions(string line) => JsonDocument.Parse(line).RootElement.GetProperty("mentions").GetRawText();
    }

    [Fact]
    public async Task Standoff_offsets_slice_the_text_file_and_no_line_breaks_an_annotation()
    {
        // An entity of the fake tagger is what stands between spaces: here one lies across a line's end, after an emoji of two UTF-16 units.
        var input = _folder.Write("in.jsonl", "{\"id\":\"a/b ج\",\"text\":\"👋 لافروف\\nشكري زار غزةً\"}\n");
        await Job.RunAsync(input, _folder["brat/"]);
        var name = Path.Combine(_folder["brat"], "00000001-a_b_ج");
        var text = File.ReadAllText(name + ".txt").EnumerateRunes().ToArray();
        var lines = File.ReadAllLines(name + ".ann");
        Assert.Contains(lines, line => line.Contains(';', StringComparison.Ordinal));
        Assert.All(
            lines,
            line =>
            {
                var columns = line.Split('\t');
                var pieces = columns[1]
                    [(columns[1].IndexOf(' ', StringComparison.Ordinal) + 1)..]
                    .Split(';')
                    .Select(piece => piece.Split(' ').Select(int.Parse).ToArray());
                Assert.Equal(columns[2], string.Join(' ', pieces.Select(piece => string.Concat(text[piece[0]..piece[1]]))));
            }
        );
    }

    [Fact]
    public async Task A_token_that_conll_cannot_carry_is_an_error_of_its_document()
    {
        var input = _folder.Write("in.jsonl", "{\"tokens\":[\"غزة\",\"a b\"]}\n{\"tokens\":[\"غزة\"]}\n");
        var totals = await Job.RunAsync(input, _folder["out.conll"]);
        Assert.Equal((1, 1), (totals.Documents, totals.Errors));
        Assert.Contains("Token 1", File.ReadAllText(_folder["out.conll.errors.jsonl"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_file_is_a_document_or_its_lines_are()
    {
        _folder.Write("a.txt", "\uFEFFلافروف في غزة\n\nبيروت\n");
        _folder.Write("b.txt", "بغداد");
        await Job.RunAsync(_folder["*.txt"], _folder["lines"]);
        Assert.Equal([$"{_folder["a.txt"]}:1", $"{_folder["a.txt"]}:3", $"{_folder["b.txt"]}:1"], Ids("lines"));
        await Job.RunAsync(_folder["*.txt"], _folder["files"], reading: options => options with { Extent = DocumentExtent.File });
        Assert.Equal(["a.txt", "b.txt"], Ids("files"));

        IEnumerable<string?> Ids(string file) =>
            File.ReadLines(_folder[file]).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_pattern_without_files_and_a_column_that_is_missing_are_named()
    {
        Assert.Contains(
            "nothing*.jsonl",
            (await Assert.ThrowsAsync<BatchException>(() => Job.RunAsync(_folder["nothing*.jsonl"], _folder["o"]))).Message,
            StringComparison.Ordinal
        );
        var broken = _folder.Write("in.parquet", "PAR1 it is not");
        Assert.Equal(BatchFailure.BadInput, (await Assert.ThrowsAsync<BatchException>(() => Job.RunAsync(broken, _folder["o"]))).Failure);
    }
}
