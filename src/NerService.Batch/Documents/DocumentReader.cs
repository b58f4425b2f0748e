using System.Globalization;
using System.Runtime.CompilerServices;
using NerService.Batch.Documents.Conll;

namespace NerService.Batch.Documents;

/// <summary>Reads the records of files one after another, from any position on.</summary>
internal static class DocumentReader
{
    /// <summary>Reads records as they come. What a line has wrong is a record of its own; what the file has wrong ends the reading.</summary>
    /// <param name="files">What to read.</param>
    /// <param name="options">How.</param>
    /// <param name="from">What is done already and not read again into records.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="BatchException">A file cannot be read or is not in its format.</exception>
    internal static async IAsyncEnumerable<BatchDocument> ReadAsync(
        IReadOnlyList<InputFile> files,
        InputOptions options,
        JobPosition from,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        var before = files.Take(from.File).Sum(file => file.Bytes);
        for (var index = from.File; index < files.Count; index++)
        {
            var file = files[index];
            var names = new DocumentNames(files.Count > 1 ? file.Path + ":" : "");
            var done = index == from.File ? from.Records : 0;
            await foreach (var (document, records, bytes) in ReadFileAsync(file, names, options, done, cancellationToken))
                yield return document with
                {
                    Next = new JobPosition(index, records),
                    BytesRead = before + bytes,
                };
            before += file.Bytes;
        }
    }

    private static async IAsyncEnumerable<(BatchDocument Document, long Records, long Bytes)> ReadFileAsync(
        InputFile file,
        DocumentNames names,
        InputOptions options,
        long done,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        if (file.Format == InputFormat.Parquet)
        {
            await foreach (var (document, row) in ParquetInput.ReadAsync(file, names, done, cancellationToken))
                yield return (document, row, document.BytesRead);
            yield break;
        }
        await using var content = await InputContent.OpenAsync(file, options.Standard, cancellationToken);
        if (file.Format == InputFormat.Text && options.Extent == DocumentExtent.File)
        {
            if (done == 0)
                yield return (await TextInput.ReadWholeAsync(content, file, options.MaxDocumentBytes, cancellationToken), 1, content.BytesRead);
            yield break;
        }
        var lines = content.LinesAsync(options.MaxDocumentBytes, cancellationToken);
        if (file.Format == InputFormat.Conll)
        {
            var records = 0L;
            await foreach (var document in ConllInput.ReadAsync(lines, file, names, options, cancellationToken))
                if (++records > done)
                    yield return (document, records, content.BytesRead);
            yield break;
        }
        var number = 0L;
        await foreach (var line in lines.WithCancellation(cancellationToken))
        {
            if (++number <= done || string.IsNullOrWhiteSpace(line.Text) && line.Problem is null)
                continue;
            var document =
                file.Format == InputFormat.Jsonl ? JsonlInput.Parse(line, file.Path, number, names) : TextInput.Parse(line, file.Path, number, names);
            yield return (document, number, content.BytesRead);
        }
    }
}

/// <summary>The ids of documents that bring none: their place, with the file's name before it when there are several files.</summary>
/// <param name="Prefix">The file's name and a colon, or nothing.</param>
internal readonly record struct DocumentNames(string Prefix)
{
    /// <summary>The id of the document at a place, as JSON.</summary>
    internal string At(long number) => JsonText.Quote(string.Create(CultureInfo.InvariantCulture, $"{Prefix}{number}"));
}
