using System.CommandLine;
using NerService.Batch.Documents;
using NerService.Cli.Input;

namespace NerService.Cli.Batch;

/// <summary>The options that say what a job reads.</summary>
internal sealed class InputSetup
{
    private readonly Option<string[]> _in = new("--in")
    {
        HelpName = "FILE",
        Description =
            "What to read: files, patterns (news/*.jsonl, archive/**/*.txt; those of one pattern in order of their names), or - for standard "
            + "input. gzip and zstd are recognized by their first bytes.",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
        Validators = { CliOption.RefuseEmpty },
    };

    private readonly ChoiceOption<InputFormat> _format = new(
        "--in-format",
        "jsonl: one object per line with id, and text or tokens; the other fields are passed on. conll: one token per line with its label and other "
            + "columns, an empty line after each sentence; CoNLL-U too. text: see --document. parquet: columns id, and text or tokens; the others "
            + "are passed on. auto: by the file's ending (.jsonl .ndjson .json, .conll .conllu .bio .bioes .iob .iobes .tsv, .parquet, else "
            + "text, but .csv is refused).",
        ("auto", InputFormat.Auto),
        ("jsonl", InputFormat.Jsonl),
        ("conll", InputFormat.Conll),
        ("text", InputFormat.Text),
        ("parquet", InputFormat.Parquet)
    );

    private readonly ChoiceOption<DocumentExtent> _document = new(
        "--document",
        "What is one document of text: a line (named by its number), or the whole file (named by its file); of conll: a sentence, or the "
            + "stretch between -DOCSTART- lines.",
        ("line", DocumentExtent.Line),
        ("file", DocumentExtent.File)
    );

    private readonly Option<int> _maxDocumentBytes = CliOption.Number(
        "--max-document-bytes",
        InputOptions.DefaultMaxDocumentBytes,
        "Bytes of a line or document at most; a longer one is reported as an error. A document is held in memory.",
        max: 1_000_000_000
    );

    private readonly ColumnSetup _columns = new();

    internal IEnumerable<Option> All => [_in, _format, _document, _maxDocumentBytes, .. _columns.All];

    internal InputOptions Options(ParseResult parsed, CliStreams streams) =>
        new()
        {
            Patterns = parsed.GetValue(_in)!,
            Format = _format.Value(parsed),
            Extent = _document.Value(parsed),
            Columns = _columns.Value(parsed),
            MaxDocumentBytes = parsed.GetValue(_maxDocumentBytes),
            Standard = streams.In,
        };
}
