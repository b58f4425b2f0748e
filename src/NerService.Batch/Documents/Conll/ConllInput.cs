using System.Runtime.CompilerServices;

namespace NerService.Batch.Documents.Conll;

/// <summary>Documents of CoNLL files. Every byte but the labels' is kept, to be written back.</summary>
internal static class ConllInput
{
    /// <summary>
    /// Reads the sentences, or the documents between -DOCSTART- lines. Lines without token belong to the record before which, or in which, they
    /// stand; those at the end of the file are a record without words.
    /// </summary>
    internal static async IAsyncEnumerable<BatchDocument> ReadAsync(
        IAsyncEnumerable<Line> lines,
        InputFile file,
        DocumentNames names,
        InputOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var (last, documents, records) = (default(Line), 0L, 0L);
        var record = new Pending();
        await foreach (var row in ConllReader.ReadAsync(lines, file.Name, options.Columns, cancellationToken))
        {
            last = row.Line;
            if (row.Kind == ConllRowKind.DocumentStart && record.HasWords)
                yield return Take(++documents);
            record.Add(row);
            if (row.Kind == ConllRowKind.Blank && record.HasWords && options.Extent == DocumentExtent.Line)
                yield return Take(++documents);
            if (record.Length > options.MaxDocumentBytes)
                record.Spoil(
                    row.Number,
                    $"The document has more than {options.MaxDocumentBytes} characters, the most that one may have (--max-document-bytes)."
                );
        }
        if (record.HasWords)
            yield return Take(++documents);
        else if (record.HasLayout)
            yield return Take(0);

        BatchDocument Take(long document)
        {
            var taken = record.ToDocument(file.Path, document == 0 ? "null" : names.At(document), last.Number);
            record = new Pending();
            return taken with { Next = new JobPosition(0, ++records), BytesRead = last.BytesRead };
        }
    }

    /// <summary>A record that is being read.</summary>
    private sealed class Pending
    {
        private readonly List<ConllLine> _lines = [];
        private readonly List<string> _tokens = [];
        private string? _problem;
        private long _firstLine;

        internal bool HasWords => _tokens.Count > 0 || _problem is not null;

        internal bool HasLayout => _lines.Count > 0;

        internal long Length { get; private set; }

        internal void Add(ConllRow row)
        {
            if (_problem is not null)
                return;
            if (row.Problem is { } problem)
            {
                Spoil(row.Number, row.Before.Length == 0 ? $"Line {row.Number}: {problem}" : $"Line {row.Number} {problem}.");
                return;
            }
            _lines.Add(new ConllLine(row.Before, row.Kind == ConllRowKind.Token, row.After, row.InBrackets));
            Length += row.Before.Length + row.After.Length;
            if (row.Kind != ConllRowKind.Token)
                return;
            if (_firstLine == 0)
                _firstLine = row.Number;
            _tokens.Add(row.Token);
        }

        /// <summary>The rest of the record is skipped.</summary>
        internal void Spoil(long number, string problem)
        {
            if (_problem is not null)
                return;
            if (_firstLine == 0)
                _firstLine = number;
            (_problem, Length) = (problem, 0);
            _lines.Clear();
            _tokens.Clear();
        }

        internal BatchDocument ToDocument(string file, string id, long lastLine)
        {
            var document = new BatchDocument
            {
                File = file,
                Line = _firstLine == 0 ? lastLine : _firstLine,
                Id = id,
            };
            if (_problem is not null)
                return document with { Problem = _problem };
            return _tokens.Count > 0 ? document with { Tokens = _tokens, Layout = _lines } : document with { Layout = _lines };
        }
    }
}
