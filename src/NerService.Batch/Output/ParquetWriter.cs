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

    /// <summary>The columns of a mention, and where its JSON holds each.</summary>
    private static readonly (DataField Column, Func<JsonElement, object?> Value)[] Mention =
    [
        (new DataField<string>("type"), mention => mention.GetProperty("type").GetString()),
        (new DataField<string>("label"), mention => mention.GetProperty("label").GetString()),
        (new DataField<string>("text"), mention => mention.GetProperty("text").GetString()),
        (new DataField<int>("start"), mention => mention.GetProperty("span").GetProperty("start").GetInt32()),
        (new DataField<int>("end"), mention => mention.GetProperty("span").GetProperty("end").GetInt32()),
        (new DataField<string>("core_text"), mention => mention.GetProperty("coreText").GetString()),
        (new DataField<int>("core_start"), mention => mention.GetProperty("coreSpan").GetProperty("start").GetInt32()),
        (new DataField<int>("core_end"), mention => mention.GetProperty("coreSpan").GetProperty("end").GetInt32()),
        (new DataField<float>("confidence"), mention => mention.GetProperty("confidence").GetSingle()),
        (new DataField<string>("source"), mention => mention.GetProperty("source").GetString()),
        (new DataField<int>("word_start"), mention => mention.GetProperty("words").GetProperty("start").GetInt32()),
        (new DataField<int>("word_end"), mention => mention.GetProperty("words").GetProperty("end").GetInt32()),
        (new DataField<string>("normalized_name"), mention => mention.GetProperty("normalizedName").GetString()),
        (new DataField<string>("gazetteer_id", nullable: true), mention => Optional(mention, "gazetteerId")),
        (new DataField<string>("canonical_name", nullable: true), mention => Optional(mention, "canonicalName")),
        (new DataField<string>("entity_id", nullable: true), mention => Optional(mention, "entityId")),
        (
            new DataField<string>("title", nullable: true),
            mention => mention.TryGetProperty("title", out var title) ? title.GetProperty("text").GetString() : null
        ),
    ];

    private static readonly ParquetSchema Schema = new(
        new DataField<string>("id"),
        new DataField<string>("text", nullable: true),
        new ListField("mentions", new StructField("element", [.. Mention.Select(part => part.Column)])),
        new DataField<string>("fields", nullable: true)
    );

    internal static string PartOf(string path) => path + ".part";

    /// <summary>What the file is called until it is whole.</summary>
    internal static string UnfinishedOf(string path) => path + ".tmp";

    public string? Write(AnsweredDocument answer) => lines.Write(answer);

    public Task<long> EndBlockAsync(CancellationToken cancellationToken) => lines.EndBlockAsync(cancellationToken);

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

    public ValueTask DisposeAsync() => lines.DisposeAsync();

    private static Dictionary<string, object?> Row(string line)
    {
        using var json = JsonDocument.Parse(line);
        var root = json.RootElement;
        var fields = root.EnumerateObject().Where(field => !JsonlAnswers.Own.Contains(field.Name)).ToList();
        return new Dictionary<string, object?>
        {
            ["id"] = root.GetProperty("id").ToString(),
            ["text"] =
                root.TryGetProperty("text", out var text) ? text.GetString()
                : root.TryGetProperty("tokens", out var tokens) ? string.Join(' ', tokens.EnumerateArray().Select(token => token.GetString()))
                : null,
            ["mentions"] = root.GetProperty("mentions").EnumerateArray().Select(MentionOf).ToList(),
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

    private static string? Optional(JsonElement mention, string name) => mention.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static Dictionary<string, object?> MentionOf(JsonElement mention) =>
        Mention.ToDictionary(part => part.Column.Name, part => part.Value(mention));
}
