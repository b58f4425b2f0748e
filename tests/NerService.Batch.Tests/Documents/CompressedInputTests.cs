using System.IO.Compression;
using System.Text;

namespace NerService.Batch.Tests.Documents;

/// <summary>A compressed file is read whole or refused: what is cut off of it is not lost without a word.</summary>
public sealed class CompressedInputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Cut within the text, behind the text but before its sum, within the sum, within the head.
    [Theory]
    [InlineData(0.5)]
    [InlineData(-8)]
    [InlineData(-1)]
    [InlineData(10)]
    [InlineData(2)]
    public async Task A_file_that_is_cut_short_is_an_error(double cut)
    {
        var whole = Gzip(string.Concat(Enumerable.Range(0, 2000).Select(i => $"زار لافروف غزة {i * 7919}\n")));
        var length = cut switch
        {
            < 0 => whole.Length + (int)cut,
            < 1 => (int)(whole.Length * cut),
            _ => (int)cut,
        };
        File.WriteAllBytes(_folder["in.txt.gz"], whole[..length]);
        var error = await Assert.ThrowsAsync<BatchException>(() => Job.RunAsync(_folder["in.txt.gz"], _folder["out.jsonl"]));
        Assert.Equal(BatchFailure.BadInput, error.Failure);
        Assert.Contains("in.txt.gz' cannot be read", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_member_that_is_cut_short_is_an_error()
    {
        File.WriteAllBytes(_folder["in.txt.gz"], [.. Gzip("زار لافروف غزة\n"), .. Gzip("وصل إلى بيروت\n")[..^9]]);
        var error = await Assert.ThrowsAsync<BatchException>(() => Job.RunAsync(_folder["in.txt.gz"], _folder["out.jsonl"]));
        Assert.Contains("in.txt.gz' cannot be read to its end", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_frame_to_be_skipped_comes_before_the_text()
    {
        using var packer = new ZstdSharp.Compressor();
        byte[] skipped = [0x50, 0x2A, 0x4D, 0x18, 4, 0, 0, 0, 1, 2, 3, 4];
        File.WriteAllBytes(_folder["in.txt.zst"], [.. skipped, .. packer.Wrap("زار لافروف غزة\n"u8)]);
        Assert.Equal(1, (await Job.RunAsync(_folder["in.txt.zst"], _folder["out.jsonl"])).Documents);
    }

    private static byte[] Gzip(string text)
    {
        using var packed = new MemoryStream();
        using (var packer = new GZipStream(packed, CompressionMode.Compress))
            packer.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }
}
