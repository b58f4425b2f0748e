using System.Collections;
using System.Runtime.CompilerServices;
using Parquet;
using Parquet.Serialization;

namespace NerService.Batch.Documents;

/// <summary>Documents of Parquet files: columns <c>id</c> (optional), and <c>text</c> or <c>tokens</c> (a list of strings); other columns are passed on. A row group is in memory at a time.</summary>
internal static class ParquetInput
{
    /// <summary>Reads the rows behind the first <paramref name="done"/>.</summary>
    internal static async IAsyncEnumerable<(BatchDocument Document, long Row)> ReadAsync(
        InputFile file, DocumentNames names, long done, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (file.Path == InputOptions.StandardInput) throw new BatchException(BatchFailure.Usage, "Parquet is read from its end and cannot come from standard input.");
        await using var stream = file.OpenRaw(Stream.Null);
        var rowCounts = await RowCountsAsync(stream, file, cancellationToken);
        var row = 0L;
        for (var group = 0; group < rowCounts.Count; group++)
        {
            if (row + rowCounts[group] <= done)
            {
                row += rowCounts[group];
                continue;
            }
            foreach (var values in await ReadGroupAsync(stream, file, group, cancellationToken))
            {
                if (++row <= done) continue;
                yield return (Document(values, file, names, row) with { BytesRead = (long)(file.Bytes * ((double)row / rowCounts.Sum())) }, row);
            }
        }
    }

    private static async Task<IReadOnlyList<long>> RowCountsAsync(Stream stream, InputFile file, CancellationToken cancellationToken)
    {
        try
        {
            await using var reader = await ParquetReader.CreateAsync(stream, leaveStreamOpen: true, cancellationToken: cancellationToken);
            var fields = reader.Schema.Fields.Select(field => field.Name).ToHashSet(StringComparer.Ordinal);
            if (!fields.Contains("text") && !fields.Contains("tokens")) throw new BatchException(BatchFailure.BadInput, $"{file.Name} has neither a column 'text' nor 'tokens'; its columns are {string.Join(", ", fields)}.");
            return [.. reader.RowGroups.Select(group => group.RowCount)];
        }
        catch (Exception e) when (e is IOException or InvalidDataException or ParquetException or NotSupportedException)
        {
            throw new BatchException(BatchFailure.BadInput, $"{file.Name} is no readable Parquet file: {e.Message}", e);
        }
    }

    private static async Task<IEnumerable<IDictionary<string, object?>>> ReadGroupAsync(Stream stream, InputFile file, int group, CancellationToken cancellationToken)
    {
        try
        {
            stream.Position = 0;
            return (await ParquetSerializer.DeserializeUntypedAsync(stream, rowGroupIndex: group, cancellationToken: cancellationToken)).Data!;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or ParquetException or NotSupportedException)
        {
            throw new BatchException(BatchFailure.BadInput, $"{file.Name}: row group {group} cannot be read: {e.Message}", e);
        }
    }

    private static BatchDocument Document(IDictionary<string, object?> row, InputFile file, DocumentNames names, long number)
    {
        var document = new BatchDocument { File = file.Path, Line = number };
        var (text, tokens) = (row.TryGetValue("text", out var t) ? t : null, row.TryGetValue("tokens", out var w) ? w : null);
        if (text is not (null or string)) return document with { Problem = $"The column 'text' holds {text.GetType().Name}; it must hold strings." };
        if (text is null && tokens is null) return document with { Problem = "The row has neither 'text' nor 'tokens'." };
        if (text is not null && tokens is not null) return document with { Problem = "The row has both 'text' and 'tokens'; which one is meant?" };
        if (tokens is not (null or IEnumerable) || tokens is string) return document with { Problem = "The column 'tokens' must hold lists of strings." };
        return document with
        {
            Id = row.TryGetValue("id", out var id) && id is not null ? JsonText.OfValue(id) : names.At(number),
            Text = (string?)text,
            Tokens = tokens is IEnumerable list ? [.. list.Cast<object?>().Select(token => token as string ?? "")] : null,
            Fields = [.. row.Where(column => column.Key is not ("id" or "text" or "tokens")).Select(column => KeyValuePair.Create(column.Key, JsonText.OfValue(column.Value)))],
        };
    }
}
