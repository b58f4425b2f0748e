using System.Text.Json;
using NerService.Batch.Documents;
using Parquet.Serialization;

namespace NerService.Batch.Tests.Documents;

/// <summary>
/// Parquet files as DuckDB and Arrow write them (tests/data/parquet/make.mjs): every layout gives the same words, and what cannot be read is an
/// error.
/// </summary>
public sealed class ParquetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("duckdb")]
    [InlineData("duckdb-v2")]
    [InlineData("duckdb-plain")]
    [InlineData("duckdb-zstd")]
    [InlineData("duckdb-gzip")]
    [InlineData("duckdb-lz4")]
    [InlineData("duckdb-brotli")]
    [InlineData("arrow-item")] // the list's words are called item
    [InlineData("arrow-required")] // words cannot be null
    [InlineData("arrow-large")] // large text
    [InlineData("arrow-dictionary")]
    [InlineData("arrow-delta")]
    public async Task Tokens_of_every_layout_are_read(string name)
    {
        var documents = await ReadAsync(name);
        Assert.Equal(["a", "b", "c", "d", "e"], documents.Select(Id));
        Assert.Equal(["زار لافروف غزة", "", "وباريس القاهرة", "👋 بيروت", "صور"], documents.Select(document => string.Join(' ', document.Tokens!)));
    }

    [Fact]
    public async Task Words_of_a_dictionary_are_read_over_several_row_groups()
    {
        var documents = await ReadAsync("duckdb-dictionary");
        Assert.Equal(5000, documents.Count);
        Assert.All(documents, (document, i) => Assert.Equal(["زار", "غزة", $"كلمة{i % 3}"], document.Tokens!));
    }

    [Theory]
    [InlineData("duckdb-nulls")]
    [InlineData("arrow-nulls")]
    public async Task A_list_that_is_null_and_a_word_that_is_are_errors_of_their_rows(string name)
    {
        var documents = await ReadAsync(name);
        Assert.Equal([null, "The row has neither 'text' nor 'tokens'.", "Token 1 is null."], documents.Select(document => document.Problem));
        Assert.Equal(["غزة"], documents[0].Tokens!);
    }

    [Theory]
    [InlineData("duckdb-text", 2)]
    [InlineData("arrow-text-large", 2)]
    [InlineData("arrow-text-dictionary", 2)]
    [InlineData("arrow-text-binary", 1)] // bytes that nobody says are text
    public async Task Text_of_every_layout_is_read(string name, int rows)
    {
        var documents = await ReadAsync(name);
        Assert.Equal(rows, documents.Count);
        Assert.Equal("لافروف في غزة", documents[0].Text);
        Assert.All(documents.Skip(1), document => Assert.Contains("neither", document.Problem, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("duckdb-numbers", "must hold lists of text; what it holds is Int32 values")]
    [InlineData("duckdb-nested", "must hold lists of text; what it holds is List")]
    [InlineData("duckdb-structs", "must hold lists of text; what it holds is List")]
    [InlineData("arrow-v2", "row group 0 cannot be read: it holds lists in data pages of version 2, which are not read; write it with version 1")]
    public async Task What_cannot_be_read_is_said(string name, string reason)
    {
        var error = await Assert.ThrowsAsync<BatchException>(() => ReadAsync(name));
        Assert.Equal(BatchFailure.BadInput, error.Failure);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repeated_column_without_a_list_around_it_is_one_too()
    {
        // As older writers do.
        await using (var file = File.Create(_folder["in.parquet"]))
            await ParquetSerializer.SerializeAsync(
                [new Row(["زار", "غزة"]), new Row([]), new Row(["صور"])],
                file,
                cancellationToken: TestContext.Current.CancellationToken
            );
        var documents = await ReadFileAsync(_folder["in.parquet"]);
        Assert.Equal(["زار غزة", "", "صور"], documents.Select(document => string.Join(' ', document.Tokens!)));
    }

    [Fact]
    public async Task A_file_that_is_cut_off_is_said()
    {
        var bytes = File.ReadAllBytes(PathOf("duckdb"));
        for (var length = 0; length < bytes.Length; length += 37)
        {
            File.WriteAllBytes(_folder["in.parquet"], bytes[..length]);
            Assert.Equal(BatchFailure.BadInput, (await Assert.ThrowsAsync<BatchException>(() => ReadFileAsync(_folder["in.parquet"]))).Failure);
        }
    }

    /// <summary>An array of a class is written as a repeated column.</summary>
    private sealed record Row([property: System.Text.Json.Serialization.JsonPropertyName("tokens")] string[] Tokens);

    private static string Id(BatchDocument document) => JsonDocument.Parse(document.Id).RootElement.GetString()!;

    private static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "data", "parquet", name + ".parquet");

    private static Task<List<BatchDocument>> ReadAsync(string name) => ReadFileAsync(PathOf(name));

    private static async Task<List<BatchDocument>> ReadFileAsync(string path)
    {
        var input = await JobInput.FindAsync(new InputOptions { Patterns = [path] }, TestContext.Current.CancellationToken);
        return await DocumentReader
            .ReadAsync(input, default, TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);
    }
}
