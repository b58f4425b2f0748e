using System.IO.Compression;
using System.Text;
using NerService.Batch.Documents;
using ZstdSharp;

namespace NerService.Batch.Tests.Checkpoints;

/// <summary>How far a job says it is while it reads.</summary>
public sealed class ProgressTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("in.jsonl")]
    [InlineData("in.txt")]
    [InlineData("in.conll")]
    public async Task A_file_that_fits_a_buffer_is_done_document_by_document(string name)
    {
        var shares = await SharesAsync(name, Content(name, documents: 50));
        Assert.Equal(50, shares.Count);
        Assert.All(shares, (share, i) => Assert.Equal((i + 1) / 50.0, share, tolerance: 0.01));
    }

    [Theory]
    [InlineData("in.jsonl.gz")]
    [InlineData("in.conll.gz")]
    [InlineData("in.txt.zst")]
    public async Task A_compressed_file_is_done_with_its_last_document_and_goes_steadily_there(string name)
    {
        var content = Content(Path.GetFileNameWithoutExtension(name), documents: 300);
        var shares = await SharesAsync(name, name.EndsWith("gz", StringComparison.Ordinal) ? Gzip(content) : Zstd(content));
        Assert.Equal(shares.Order(), shares);
        Assert.Equal(1, shares[^1], tolerance: 0.001);
        Assert.All((int[])[50, 150, 250], i => Assert.Equal(i / 300.0, shares[i - 1], tolerance: 0.2));
    }

    [Fact]
    public async Task Several_files_add_up()
    {
        _folder.Write("1.txt", "غزة\nبيروت\n");
        _folder.Write("2.txt", "غزة\nبيروت\n");
        // 7 bytes of 18, and 11.
        Assert.Equal([7 / 36.0, 18 / 36.0, 25 / 36.0, 1], await SharesAsync(_folder["*.txt"]));
    }

    private Task<List<double>> SharesAsync(string name, byte[] content)
    {
        File.WriteAllBytes(_folder[name], content);
        return SharesAsync(_folder[name]);
    }

    private static async Task<List<double>> SharesAsync(string pattern)
    {
        var input = await JobInput.FindAsync(new InputOptions { Patterns = [pattern] }, TestContext.Current.CancellationToken);
        return await DocumentReader
            .ReadAsync(input, default, TestContext.Current.CancellationToken)
            .Select(document => (double)document.BytesRead / input.Bytes)
            .ToListAsync(TestContext.Current.CancellationToken);
    }

    private static byte[] Content(string name, int documents)
    {
        var text = new StringBuilder();
        foreach (var i in Enumerable.Range(100, documents))
            text.Append(
                Path.GetExtension(name) switch
                {
                    ".jsonl" => $"{{\"text\":\"وصل لافروف {i} إلى غزة\"}}\n",
                    ".conll" => $"وصل\tO\nلافروف{i}\tB-PER\n\n",
                    _ => $"وصل لافروف {i} إلى غزة\n",
                }
            );
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var compressor = new GZipStream(packed, CompressionLevel.Optimal))
            compressor.Write(content);
        return packed.ToArray();
    }

    private static byte[] Zstd(byte[] content)
    {
        using var compressor = new Compressor();
        return compressor.Wrap(content).ToArray();
    }
}
