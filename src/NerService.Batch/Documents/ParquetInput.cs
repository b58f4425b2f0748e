using System.Runtime.CompilerServices;
using Parquet;
using Parquet.Serialization;

namespace NerService.Batch.Documents;

/// <summary>
/// Documents of Parquet files: columns <c>id</c> (optional), and <c>text</c> or <c>tokens</c> (a list of text); other columns are passed on. A row
/// group is in memory at a time.
/// </summary>
internal static class ParquetInput
{
    private const string TextColumn = "text",
        IdColumn = "id";

    /// <summary>Reads the rows after the first <paramref name="done"/>.</summary>
    /// <exception cref="BatchException">The file cannot be read, or its columns are not those of documents.</exception>
    internal static async IAsyncEnumerable<BatchDocument> ReadAsync(
        InputFile file,
        DocumentNames names,
        long done,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        if (file.Path == InputOptions.StandardInput)
            throw new BatchException(BatchFailure.Usage, "Parquet is read from its end and cannot come from standard input.");
        await using var stream = file.OpenRaw(Stream.Null);
        await using var reader = await GuardedAsync(
            file,
            "is not a readable Parquet file",
            () => ParquetReader.CreateAsync(stream, leaveStreamOpen: true, cancellationToken: cancellationToken)
        );
        var fields = reader.Schema.Fields.Select(field => field.Name).ToHashSet(StringComparer.Ordinal);
        var tokens = ParquetTokens.Of(reader.Schema, file);
        if (tokens is null && !fields.Contains(TextColumn))
            throw new BatchException(
                BatchFailure.BadInput,
                $"{file.Name} has neither a column 'text' nor 'tokens'; its columns are {string.Join(", ", fields)}."
            );
        var rowCounts = reader.RowGroups.Select(group => group.RowCount).ToList();
        var row = 0L;
        for (var group = 0; group < rowCounts.Count; group++)
        {
            if (row + rowCounts[group] <= done)
            {
                row += rowCounts[group];
                continue;
            }
            foreach (
                var (values, words) in await GuardedAsync(
                    file,
                    $"row group {group} cannot be read",
                    () => ReadGroupAsync(reader, stream, group, tokens, cancellationToken)
                )
            )
            {
                if (++row <= done)
                    continue;
                yield return Document(values, words, file, names, row) with
                {
                    Next = new JobPosition(0, row),
                    BytesRead = (long)(file.Bytes * ((double)row / rowCounts.Sum())),
                };
            }
        }
    }

    private static async Task<IEnumerable<(IDictionary<string, object?> Values, List<string?>? Tokens)>> ReadGroupAsync(
        ParquetReader reader,
        Stream stream,
        int group,
        ParquetTokens? tokens,
        CancellationToken cancellationToken
    )
    {
        List<List<string?>?>? words = null;
        if (tokens is not null)
        {
            using var rows = reader.OpenRowGroupReader(group);
            words = await tokens.ReadAsync(rows, cancellationToken);
        }
        stream.Position = 0;
        var values = (await ParquetSerializer.DeserializeUntypedAsync(stream, rowGroupIndex: group, cancellationToken: cancellationToken)).Data!;
        return values.Select((row, i) => ((IDictionary<string, object?>)row!, words?[i]));
    }

    /// <summary>Whatever a file does that the Parquet library did not expect, it is the file that cannot be read.</summary>
    private static async Task<T> GuardedAsync<T>(InputFile file, string what, Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception e) when (e is not (OperationCanceledException or BatchException))
        {
            var cause = e.InnerException ?? e;
            // All that the library says of pages it was not made for.
            var reason =
                cause is NotImplementedException
                    ? "it holds lists in data pages of version 2, which are not read; write it with version 1 (in pyarrow data_page_version=\"1.0\")"
                    : cause.Message;
            throw new BatchException(BatchFailure.BadInput, $"{file.Name}: {what}: {reason}", e);
        }
    }

    private static BatchDocument Document(IDictionary<string, object?> row, List<string?>? tokens, InputFile file, DocumentNames names, long number)
    {
        var document = new BatchDocument { File = file.Path, Line = number };
        var text = row.TryGetValue(TextColumn, out var value) ? value : null;
        if (text is byte[] bytes)
        {
            var decoded = LineReader.Decode(bytes, "", "column 'text'");
            if (decoded.Problem is { } problem)
                return document with { Problem = problem };
            text = decoded.Text;
        }
        if (text is not (null or string))
            return document with { Problem = $"The column 'text' holds {text.GetType().Name}; it must hold text." };
        if (text is null && tokens is null)
            return document with { Problem = "The row has neither 'text' nor 'tokens'." };
        if (text is not null && tokens is not null)
            return document with { Problem = "The row has both 'text' and 'tokens'; which one is meant?" };
        if (tokens?.IndexOf(null) is >= 0 and var missing)
            return document with { Problem = $"Token {missing} is null." };
        return document with
        {
            Id = row.TryGetValue(IdColumn, out var id) && id is not null ? JsonText.OfValue(id) : names.At(number),
            Text = (string?)text,
            Tokens = tokens!,
            Fields =
            [
                .. row.Where(column => column.Key is not (IdColumn or TextColumn or ParquetTokens.Name))
                    .Select(column => KeyValuePair.Create(column.Key, JsonText.OfValue(column.Value))),
            ],
        };
    }
}
