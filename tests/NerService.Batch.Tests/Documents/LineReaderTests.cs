using System.Text;
using CsCheck;
using NerService.Batch.Documents;

namespace NerService.Batch.Tests.Documents;

public sealed class LineReaderTests
{
    [Theory]
    [InlineData("a\nb", "a|", "b")]
    [InlineData("a\r\nb\r\n", "a|", "b|")]
    [InlineData("a\n\nb\n", "a|", "|", "b|")]
    [InlineData("")]
    [InlineData("\n", "|")]
    [InlineData("a\rb\u2028c", "a\rb\u2028c")] // neither a lone CR nor a line separator ends a line
    public async Task Lines_end_with_LF_or_CR_LF(string text, params string[] lines) =>
        Assert.Equal(lines, (await LinesAsync(Encoding.UTF8.GetBytes(text))).Select(line => line.Text + (line.End.Length > 0 ? "|" : "")));

    [Fact]
    public void Lines_are_the_same_however_the_bytes_arrive() =>
        Gen.Select(Gen.String.AlphaNumeric.Array[0, 30], Gen.Int[1, 7])
            .Sample(
                (lines, chunk) =>
                {
                    var text = string.Concat(lines.Select(line => $"غزة{line}\n"));
                    Assert.Equal(
                        lines.Select(line => "غزة" + line),
                        LinesAsync(Encoding.UTF8.GetBytes(text), chunk).GetAwaiter().GetResult().Select(line => line.Text)
                    );
                }
            );

    [Fact]
    public async Task A_line_longer_than_any_buffer_is_read_whole()
    {
        var line = new string('غ', 500_000);
        Assert.Equal(["a", line, "b"], (await LinesAsync(Encoding.UTF8.GetBytes($"a\n{line}\nb"))).Select(read => read.Text));
    }

    [Fact]
    public async Task A_bad_byte_and_a_NUL_are_named_and_cost_their_line_only()
    {
        byte[] bytes = [.. Encoding.UTF8.GetBytes("غزة\nab"), 0xFF, .. "c\nd\0\nبيروت"u8];
        var lines = await LinesAsync(bytes);
        Assert.Equal(["غزة", null, null, "بيروت"], lines.Select(line => line.Text));
        Assert.Equal("The line is not valid UTF-8: byte 0xFF at its byte 3.", lines[1].Problem);
        Assert.Equal("The line is not text: its byte 2 is NUL.", lines[2].Problem);
    }

    private static async Task<List<Line>> LinesAsync(byte[] bytes, int chunk = int.MaxValue)
    {
        var (reader, lines) = (new LineReader(new SlowStream(bytes, chunk), 10_000_000), new List<Line>());
        while (await reader.ReadAsync(TestContext.Current.CancellationToken) is { } line)
            lines.Add(line);
        return lines;
    }

    /// <summary>Gives at most so many bytes at a time, as a pipe may.</summary>
    private sealed class SlowStream(byte[] bytes, int chunk) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(chunk, buffer.Length)], cancellationToken);
    }
}
