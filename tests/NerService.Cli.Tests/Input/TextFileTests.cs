using System.Text;
using NerService.Batch;
using NerService.Batch.Documents;
using NerService.Cli.Input;

namespace NerService.Cli.Tests.Input;

public sealed class TextFileTests
{
    [Fact]
    public async Task A_byte_order_mark_is_one_only_at_the_start() =>
        Assert.Equal(
            ["غزة", "\uFEFFبيروت"],
            await ReadAsync(Encoding.UTF8.GetBytes("\uFEFFغزة\n\uFEFFبيروت")).ToListAsync(TestContext.Current.CancellationToken)
        );

    [Fact]
    public async Task A_bad_byte_is_named_with_its_line_after_the_lines_before_it()
    {
        byte[] bytes = [.. Encoding.UTF8.GetBytes("غزة\nab"), 0xFF, .. "c\n"u8];
        var lines = new List<string>();
        var error = await Assert.ThrowsAsync<BatchException>(async () =>
        {
            await foreach (var line in ReadAsync(bytes))
                lines.Add(line);
        });
        Assert.Equal(["غزة"], lines);
        Assert.Equal(
            (BatchFailure.BadInput, "standard input line 2: The line is not valid UTF-8: byte 0xFF at its byte 3."),
            (error.Failure, error.Message)
        );
    }

    [Fact]
    public async Task A_file_read_whole_names_the_bad_byte_counted_from_its_start()
    {
        byte[] bytes = [0xEF, 0xBB, 0xBF, (byte)'a', 0xD9]; // a byte order mark, then a letter cut in half
        var error = await Assert.ThrowsAsync<BatchException>(async () =>
            await ReadAsync(bytes, DocumentExtent.File).ToListAsync(TestContext.Current.CancellationToken)
        );
        Assert.Contains("byte 0xD9 at its byte 5", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tag", "--model", "MODEL", "--gazetteer", "off", "FILE")]
    [InlineData("tag", "--model", "MODEL", "--gazetteer", "off", "FILE", "--document", "file")]
    [InlineData("eval", "--model", "MODEL", "FILE")]
    [InlineData("batch", "--model", "MODEL", "--gazetteer", "off", "--in", "FILE", "--out", "-")]
    [InlineData("call", "FILE", "--server", "http://127.0.0.1:9")]
    [InlineData("bench", "--model", "MODEL", "--text", "FILE")]
    public async Task Every_command_refuses_a_file_in_another_encoding_once_and_names_it(params string[] arguments)
    {
        foreach (
            var (encoding, name) in ((Encoding, string)[])
                [
                    (Encoding.Unicode, "UTF-16LE"),
                    (Encoding.BigEndianUnicode, "UTF-16BE"),
                    (new UTF32Encoding(false, true), "UTF-32LE"),
                    (new UTF32Encoding(true, true), "UTF-32BE"),
                ]
        )
        {
            foreach (var mark in (bool[])[true, false])
            {
                using var file = new TemporaryFile([
                    .. mark ? encoding.GetPreamble() : [],
                    .. encoding.GetBytes("وصل\tO\nلافروف\tB-PER\nإلى\tO\nغزة\tB-LOC\n"),
                ]);
                var command = arguments.Select(argument =>
                    argument == "FILE" ? file.Path
                    : argument == "MODEL" ? SmallModel.Folder
                    : argument
                );
                var run = await CommandRun.RunAsync("", [.. command]);
                Assert.Equal((ExitCode.BadInput, ""), (run.ExitCode, run.Out));
                Assert.Matches($"^ner: '[^']+' is {name}, not UTF-8: [^\n]+\n$", run.Error);
            }
        }
    }

    private static IAsyncEnumerable<string> ReadAsync(byte[] bytes, DocumentExtent extent = DocumentExtent.Line) =>
        TextFile.ReadAsync("-", extent, new MemoryStream(bytes), TestContext.Current.CancellationToken).Select(read => read.Text);
}
