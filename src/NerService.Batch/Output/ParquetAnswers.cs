using System.Text.Json;
using NerService.Batch.Documents;
using Parquet;
using Parquet.Schema;
using Parquet.Serialization;

namespace NerService.Batch.Output;

/// <summary>
/// Writes a Parquet file. Its index stands at its end, so it cannot grow by blocks: the answers go to FILE.part as lines of JSON, and when the last
/// one is there the Parquet file is made out of them in one go, under another name first. Killed at any moment, either step can be done again.
/// </summary>
internal sealed class ParquetWriter(LineWriter lines, string path) : IAnswerWriter
{
    /// <summary>Rows of a row group at most, and UTF-16 code units of the lines they come from.</summary>
    private const int RowGroupRows = 10_000,
        RowGroupCharacters = 32 * 1024 * 1024;

    private static readonly ParquetSchema Schema = new(
        new DataField<string>("id"),
        new DataField<string>("text", nullable: true),
        new ListField(
            "mentions",
            new StructField(
                "element",
                new DataField<string>("type"),
                new DataField<string>("label"),
                new DataField<string>("text"),
                new DataField<int>("start"),
                new DataField<int>("end"),
                new DataField<string>("core_text"),
                new DataField<int>("core_start"),
                new DataField<int>("core_end"),
                new DataField<float>("confidence"),
                new DataField<string>("source"),
                new DataField<int>("word_start"),
                new DataField<int>("word_end"),
                new DataField<string>("normalized_name"),
                new DataField<string>("gazetteer_id", nullable: true),
                new DataField<string>("canonical_name", nullable: true),
                new DataField<string>("entity_id", nullable: true),
                new DataField<string>("title", nullable: true)
            )
        ),
        new DataField<string>("fields", nullable: true)
    );

    /// <summary>Where the lines are.</summary>
    internal static string PartOf(string path) => path + ".part";

    /// <summary>What the file is called until it is whole.</summary>
    internal static string UnfinishedOf(string path) => path + ".tmp";

    /// <inheritdoc/>
    public string? Write(AnsweredDocument answer) => lines.Write(answer);

    /// <inheritdoc/>
    public Task<long> EndBlockAsync(CancellationToken cancellationToken) => lines.EndBlockAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        // The lines are written; the file is held by nobody now.
        await lines.DisposeAsync();
        var making = UnfinishedOf(path);
        await using (var output = new FileStream(making, FileMode.Create, FileAccess.ReadWrite, FileShare.None))
        {
            await using var input = new FileStream(PartOf(path), FileMode.Open, FileAccess.Read, FileShare.Read);
            var (reader, group, characters, append) = (
                new LineReader(input, int.MaxValue - 128 * 1024),
                new List<IDictionary<string, object?>>(),
                0L,
                false
            );
            while (await reader.ReadAsync(cancellationToken) is { } line)
            {
                group.Add(Row(line.Text!));
                characters += line.Text!.Length;
                if (group.Count == RowGroupRows || characters >= RowGroupCharacters)
                    await EndGroupAsync();
            }
            if (group.Count > 0 || !append)
                await EndGroupAsync();
            output.Flush(flushToDisk: true);

            async Task EndGroupAsync()
            {
                output.Position = 0;
                await ParquetSerializer.SerializeUntypedAsync(
                    group!,
                    Schema,
                    output,
                    new ParquetOptions { Append = append, CompressionMethod = CompressionMethod.Zstd },
                    cancellationToken: cancellationToken
                );
                (append, characters) = (true, 0);
                group.Clear();
            }
        }
        File.Move(making, path, overwrite: true);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => lines.DisposeAsync();

    private static Dictionary<string, object?> Row(string line)
    {
        using var json = JsonDocument.Parse(line);
        var root = json.RootElement;
        var fields = root.EnumerateObject()
            .Where(field => field.Name is not ("id" or "text" or "tokens" or "mentions" or "entities" or "words" or "sentences"))
            .ToList();
        return new Dictionary<string, object?>
        {
            ["id"] = root.GetProperty("id").ToString(),
            ["text"] =
                root.TryGetProperty("text", out var text) ? text.GetString()
                : root.TryGetProperty("tokens", out var tokens) ? string.Join(' ', tokens.EnumerateArray().Select(token => token.GetString()))
                : null,
            ["mentions"] = root.GetProperty("mentions").EnumerateArray().Select(Mention).ToList(),
            ["fields"] =
                fields.Count == 0
                    ? null
                    : JsonText.Write(writer =>
                    {
                        writer.WriteStartObject();
                        foreach (var field in fields)
                        {
                            writer.WritePropertyName(field.Name);
                            writer.WriteRawValue(field.Value.GetRawText());
                        }
                        writer.WriteEndObject();
                    }),
        };
    }

    private static Dictionary<string, object?> Mention(JsonElement mention) =>
        new()
        {
            ["type"] = mention.GetProperty("type").GetString(),
            ["label"] = mention.GetProperty("label").GetString(),
            ["text"] = mention.GetProperty("text").GetString(),
            ["start"] = mention.GetProperty("span").GetProperty("start").GetInt32(),
            ["end"] = mention.GetProperty("span").GetProperty("end").GetInt32(),
            ["core_text"] = mention.GetProperty("coreText").GetString(),
            ["core_start"] = mention.GetProperty("coreSpan").GetProperty("start").GetInt32(),
            ["core_end"] = mention.GetProperty("coreSpan").GetProperty("end").GetInt32(),
            ["confidence"] = mention.GetProperty("confidence").GetSingle(),
            ["source"] = mention.GetProperty("source").GetString(),
            ["word_start"] = mention.GetProperty("words").GetProperty("start").GetInt32(),
            ["word_end"] = mention.GetProperty("words").GetProperty("end").GetInt32(),
            ["normalized_name"] = mention.GetProperty("normalizedName").GetString(),
            ["gazetteer_id"] = Optional(mention, "gazetteerId"),
            ["canonical_name"] = Optional(mention, "canonicalName"),
            ["entity_id"] = Optional(mention, "entityId"),
            ["title"] = mention.TryGetProperty("title", out var title) ? title.GetProperty("text").GetString() : null,
        };

    private static string? Optional(JsonElement mention, string name) => mention.TryGetProperty(name, out var value) ? value.GetString() : null;
}
