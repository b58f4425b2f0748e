using System.Runtime.CompilerServices;
using NerService.Batch.Documents.Conll;

namespace NerService.Batch.Documents;

/// <summary>Reads the records of files one after another, from any position on.</summary>
internal static class DocumentReader
{
    /// <summary>
    /// Reads the records after a position as they come. What a line has wrong is a record of its own; what the file has wrong ends the reading.
    /// </summary>
    /// <exception cref="BatchException">A file cannot be read or is not in its format.</exception>
    internal static async IAsyncEnumerable<BatchDocument> ReadAsync(
        JobInput input,
        JobPosition from,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        var (options, files) = input;
        var before = files.Take(from.File).Sum(file => file.Bytes);
        for (var index = from.File; index < files.Count; index++)
        {
            var file = files[index];
            var names = new DocumentNames(files.Count > 1 ? file.Path + ":" : "");
            var done = index == from.File ? from.Records : 0;
            await foreach (var document in ReadFileAsync(file, names, options, done, cancellationToken))
                yield return document with
                {
                    Next = document.Next with { File = index },
                    BytesRead = before + document.BytesRead,
                };
            before += file.Bytes;
        }
    }

    /// <summary>The records of a file, each with its place and bytes in it.</summary>
    private static async IAsyncEnumerable<BatchDocument> ReadFileAsync(
        InputFile file,
        DocumentNames names,
        InputOptions options,
        long done,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        if (file.Format == InputFormat.Parquet)
        {
            await foreach (var document in ParquetInput.ReadAsync(file, names, done, cancellationToken))
                yield return document;
            yield break;
        }
        await using var content = await InputContent.OpenAsync(file, options.Standard, cancellationToken);
        if (file.Format == InputFormat.Text && options.Extent == DocumentExtent.File)
        {
            if (done > 0)
                yield break;
            var whole = await content.WholeAsync(options.MaxDocumentBytes, cancellationToken);
            yield return new BatchDocument
            {
                File = file.Path,
                Line = 1,
                Next = new JobPosition(0, 1),
                BytesRead = file.Bytes,
                Id = JsonText.Quote(file.Path == InputOptions.StandardInput ? file.Path : Path.GetFileName(file.Path)),
                Text = whole.Text,
                Problem = whole.Problem,
            };
            yield break;
        }
        var lines = content.LinesAsync(options.MaxDocumentBytes, cancellationToken);
        if (file.Format == InputFormat.Conll)
        {
            await foreach (var document in ConllInput.ReadAsync(lines, file, names, options, cancellationToken))
                if (document.Next.Records > done)
                    yield return document;
            yield break;
        }
        var isFirst = true;
        await foreach (var read in lines.WithCancellation(cancellationToken))
        {
            var line = read.Number == 1 ? read with { Text = read.Text?.TrimStart('\uFEFF') } : read;
            if (string.IsNullOrWhiteSpace(line.Text) && line.Problem is null)
                continue;
            if (isFirst && file.Format == InputFormat.Jsonl)
                JsonlInput.RefuseOpened(line, file);
            isFirst = false;
            if (line.Number <= done)
                continue;
            var record = new BatchDocument
            {
                File = file.Path,
                Line = line.Number,
                Next = new JobPosition(0, line.Number),
                BytesRead = line.BytesRead,
                Problem = line.Problem,
            };
            yield return line.Text is not { } text ? record
            : file.Format == InputFormat.Jsonl ? JsonlInput.Parse(text, record, names.At(line.Number))
            : record with { Id = names.At(line.Number), Text = text };
        }
    }
}

/// <summary>The ids of documents that bring none: their place, with the file's name before it when there are several files.</summary>
/// <param name="Prefix">The file's name and a colon, or nothing.</param>
internal readonly record struct DocumentNames(string Prefix)
{
    internal string At(long number) => JsonText.Quote($"{Prefix}{number}");
}
