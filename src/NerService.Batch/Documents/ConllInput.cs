using System.Runtime.CompilerServices;

namespace NerService.Batch.Documents;

/// <summary>
/// Documents of CoNLL files. The token is what stands before the first tab (or, on a line without tabs, the first space); a label is what stands behind the
/// last one, and is what gets replaced when the document is written as CoNLL again. Every other byte is kept.
/// </summary>
internal static class ConllInput
{
    private const string DocumentStart = "-DOCSTART-";

    /// <summary>Reads the sentences, or the documents between -DOCSTART- lines. Lines without token belong to the record before which, or in which, they
    /// stand; those at the end of the file are a record without words.</summary>
    internal static async IAsyncEnumerable<BatchDocument> ReadAsync(
        IAsyncEnumerable<Line> lines, string file, DocumentNames names, InputOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (number, documents) = (0L, 0L);
        var record = new Pending();
        await foreach (var line in lines.WithCancellation(cancellationToken))
        {
            number++;
            if (line.Text is not { } text)
            {
                record.Spoil(number, $"Line {number}: {line.Problem}");
            }
            else if (text.AsSpan().TrimStart('\uFEFF').StartsWith(DocumentStart, StringComparison.Ordinal))
            {
                if (record.HasWords) yield return Take(++documents);
                record.AddLayout(text, line.End);
            }
            else if (string.IsNullOrWhiteSpace(text))
            {
                record.AddLayout(text, line.End);
                if (record.HasWords && options.Extent == DocumentExtent.Line) yield return Take(++documents);
            }
            else
            {
                record.AddToken(text, line.End, number);
            }
            if (record.Length > options.MaxDocumentBytes) record.Spoil(number, $"The document has more than {options.MaxDocumentBytes} characters, the most that one may have (--max-document-bytes).");
        }
        if (record.HasWords) yield return Take(++documents);
        else if (record.HasLayout) yield return Take(0);

        BatchDocument Take(long document)
        {
            var taken = record.ToDocument(file, document == 0 ? "null" : names.At(document), number);
            record = new Pending();
            return taken;
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

        internal void AddLayout(string text, string end)
        {
            if (_problem is not null) return;
            _lines.Add(new ConllLine(text, IsToken: false, end));
            Length += text.Length + 1;
        }

        internal void AddToken(string text, string end, long number)
        {
            if (_problem is not null) return;
            if (_firstLine == 0) _firstLine = number;
            var separator = text.Contains('\t', StringComparison.Ordinal) ? '\t' : ' ';
            var mark = text.StartsWith('\uFEFF') && number == 1 ? 1 : 0;
            var first = text.IndexOf(separator, mark);
            if (first == mark)
            {
                Spoil(number, $"Line {number} begins with {(separator == '\t' ? "a tab" : "a space")}: the token is missing.");
                return;
            }
            _tokens.Add(first < 0 ? text[mark..] : text[mark..first]);
            _lines.Add(new ConllLine(first < 0 ? text + '\t' : text[..(text.LastIndexOf(separator) + 1)], IsToken: true, end));
            Length += text.Length + 1;
        }

        /// <summary>The rest of the record is read over.</summary>
        internal void Spoil(long number, string problem)
        {
            if (_problem is not null) return;
            if (_firstLine == 0) _firstLine = number;
            (_problem, Length) = (problem, 0);
            _lines.Clear();
            _tokens.Clear();
        }

        internal BatchDocument ToDocument(string file, string id, long lastLine)
        {
            var document = new BatchDocument { File = file, Line = _firstLine == 0 ? lastLine : _firstLine, Id = id };
            if (_problem is not null) return document with { Problem = _problem };
            return _tokens.Count > 0 ? document with { Tokens = _tokens, Layout = _lines } : document with { Layout = _lines };
        }
    }
}
