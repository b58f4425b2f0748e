using System.IO.Compression;
using System.Text;
using NerService.Batch.Documents;

namespace NerService.Batch.Tests.Documents;

/// <summary>A file that is not a UTF-8 text is refused as a whole, before anything is written, and its encoding is named.</summary>
public sealed class EncodingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("u16le_bom.txt", "UTF-16LE")]
    [InlineData("u16le_nobom.txt", "UTF-16LE")]
    [InlineData("u32le.txt", "UTF-32LE")]
    public async Task A_file_in_a_wide_encoding_is_refused_once(string name, string encoding)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "data", "encodings", name);
        foreach (var format in (InputFormat[])[InputFormat.Text, InputFormat.Jsonl, InputFormat.Conll])
        {
            var error = await Assert.ThrowsAsync<BatchException>(() =>
                Job.RunAsync(path, _folder["out"], reading: options => options with { Format = format })
            );
            Assert.Equal(BatchFailure.BadInput, error.Failure);
            Assert.Contains($"{name}' is {encoding}, not UTF-8", error.Message, StringComparison.Ordinal);
        }
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task The_last_of_many_files_is_looked_at_before_the_first_is_tagged()
    {
        _folder.Write("a.txt", "غزة\n");
        File.WriteAllBytes(_folder["z.txt"], Encoding.Unicode.GetBytes("بيروت\n"));
        var asked = 0;
        var error = await Assert.ThrowsAsync<BatchException>(() =>
            Job.RunAsync(_folder["?.txt"], _folder["out"], tagger: new FakeTagger { Refuse = _ => $"{++asked}" })
        );
        Assert.Contains("z.txt' is UTF-16LE", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, asked);
    }

    [Fact]
    public async Task Compressed_files_and_standard_input_are_looked_at_too()
    {
        var wide = Encoding.BigEndianUnicode.GetBytes("زار لافروف غزة\n");
        using (var packer = new GZipStream(File.Create(_folder["in.txt.gz"]), CompressionMode.Compress))
            packer.Write(wide);
        Assert.Contains(
            "is UTF-16BE",
            (await Assert.ThrowsAsync<BatchException>(() => Job.RunAsync(_folder["in.txt.gz"], _folder["out"]))).Message,
            StringComparison.Ordinal
        );
        var error = await Assert.ThrowsAsync<BatchException>(() =>
            Job.RunAsync("-", _folder["out"], reading: options => options with { Standard = new MemoryStream(wide) })
        );
        Assert.Contains("standard input is UTF-16BE", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_of_one_byte_a_letter_is_refused_once_and_not_line_by_line()
    {
        // زار لافروف غزة in windows-1256, twice.
        byte[] line = [0xD2, 0xC7, 0xD1, 0x20, 0xE1, 0xC7, 0xDD, 0xD1, 0xE6, 0xDD, 0x20, 0xDB, 0xD2, 0xC9, 0x0A];
        File.WriteAllBytes(_folder["in.txt"], [.. line, .. line]);
        var error = await Assert.ThrowsAsync<BatchException>(() => Job.RunAsync(_folder["in.txt"], _folder["out"]));
        Assert.Contains("is not UTF-8: its letters are of one byte each, as in windows-1256", error.Message, StringComparison.Ordinal);
        // A few bad bytes among good letters cost their lines only.
        File.WriteAllBytes(_folder["in.txt"], [.. "زار لافروف غزة\n"u8, 0xD2, 0xC7, 0x0A]);
        var totals = await Job.RunAsync(_folder["in.txt"], _folder["out"]);
        Assert.Equal((1, 1), (totals.Documents, totals.Errors));
    }

    [Theory]
    [InlineData("%PDF-1.7\nزار", "a PDF document")]
    [InlineData("PK\u0003\u0004زار", "a ZIP archive or an office document")]
    [InlineData("BZh91AY&SY", "compressed by bzip2")]
    [InlineData("PAR1زار", "a Parquet file")]
    public async Task A_file_that_only_holds_text_is_told_by_its_kind(string content, string kind)
    {
        var error = await Assert.ThrowsAsync<BatchException>(() => Job.RunAsync(_folder.Write("in.txt", content), _folder["out"]));
        Assert.EndsWith($"in.txt' is {kind}, not text.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_is_not_taken_for_wide_text_because_of_its_zeros()
    {
        File.WriteAllBytes(_folder["in.txt"], [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0x3E, 0, 1, 0, 0, 0]);
        var error = await Assert.ThrowsAsync<BatchException>(() => Job.RunAsync(_folder["in.txt"], _folder["out"]));
        Assert.EndsWith("is not text: it has a NUL byte at offset 7.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_NUL_in_the_beginning_refuses_the_file_with_its_place()
    {
        var error = await Assert.ThrowsAsync<BatchException>(() =>
            Job.RunAsync(_folder.Write("in.txt", "غزة\nبير\0وت وصور وصيدا\n"), _folder["out"])
        );
        Assert.Contains("is not text: it has a NUL byte at offset 13", error.Message, StringComparison.Ordinal);
    }
}
