using System.Text;
using CsCheck;
using NerService.Cli.Input;

namespace NerService.Cli.Tests.Input;

public sealed class StrictUtf8Tests
{
    [Theory]
    [InlineData("a\nb", new[] { "a", "b" })]
    [InlineData("a\r\nb\r\n", new[] { "a", "b" })]
    [InlineData("a\n\nb\n", new[] { "a", "", "b" })]
    [InlineData("", new string[0])]
    [InlineData("\n", new[] { "" })]
    [InlineData("\uFEFFغزة\n\uFEFFبيروت", new[] { "غزة", "\uFEFFبيروت" })] // a byte order mark is one only at the start
    [InlineData("a\rb\u2028c", new[] { "a\rb\u2028c" })] // neither a lone CR nor a line separator ends a line
    public async Task Lines_end_with_LF_or_CR_LF(string text, string[] lines) => Assert.Equal(lines, await LinesAsync(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Lines_are_the_same_however_the_bytes_arrive() =>
        Gen.Select(Gen.String.AlphaNumeric.Array[0, 30], Gen.Int[1, 7]).Sample((lines, chunk) =>
        {
            var text = string.Concat(lines.Select(line => $"غزة{line}\n"));
            Assert.Equal(lines.Select(line => "غزة" + line), LinesAsync(Encoding.UTF8.GetBytes(text), chunk).GetAwaiter().GetResult());
        });

    [Fact]
    public async Task A_line_longer_than_any_buffer_is_read_whole()
    {
        var line = new string('غ', 500_000);
        Assert.Equal(["a", line, "b"], await LinesAsync(Encoding.UTF8.GetBytes($"a\n{line}\nb")));
    }

    [Fact]
    public async Task A_bad_byte_is_named_with_its_offset_after_the_lines_before_it()
    {
        // The first line is 3 letters of 2 bytes; the bad byte stands behind "ab" in the second.
        byte[] bytes = [.. Encoding.UTF8.GetBytes("غزة\nab"), 0xFF, .. "c\n"u8];
        var lines = new List<string>();
        var error = await Assert.ThrowsAsync<CliException>(async () =>
        {
            await foreach (var line in StrictUtf8.ReadLinesAsync(new MemoryStream(bytes), "'x'", TestContext.Current.CancellationToken)) lines.Add(line);
        });
        Assert.Equal(["غزة"], lines);
        Assert.Equal((ExitCode.BadInput, "'x' is not valid UTF-8: byte 0xFF at offset 9."), (error.ExitCode, error.Message));
    }

    [Fact]
    public async Task A_file_read_whole_names_the_bad_byte_counted_from_its_start()
    {
        byte[] bytes = [0xEF, 0xBB, 0xBF, (byte)'a', 0xD9]; // a byte order mark, then a letter cut in half
        var error = await Assert.ThrowsAsync<CliException>(() => StrictUtf8.ReadAllAsync(new MemoryStream(bytes), "'x'", TestContext.Current.CancellationToken));
        Assert.Contains("byte 0xD9 at offset 4", error.Message, StringComparison.Ordinal);
    }

    private static async Task<List<string>> LinesAsync(byte[] bytes, int chunk = int.MaxValue)
    {
        var lines = new List<string>();
        await foreach (var line in StrictUtf8.ReadLinesAsync(new SlowStream(bytes, chunk), "test", TestContext.Current.CancellationToken)) lines.Add(line);
        return lines;
    }

    /// <summary>Gives at most so many bytes at a time, as a pipe may.</summary>
    private sealed class SlowStream(byte[] bytes, int chunk) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(chunk, buffer.Length)], cancellationToken);
    }
}
