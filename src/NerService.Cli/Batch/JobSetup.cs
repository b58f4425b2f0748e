using System.CommandLine;
using NerService.Batch.Documents;
using NerService.Batch.Documents.Conll;
using NerService.Batch.Output;

namespace NerService.Cli.Batch;

/// <summary>The options that say where token and label of CoNLL files stand.</summary>
internal sealed class ColumnSetup
{
    private readonly Option<int?> _token = Column(
        "--token-column",
        "The token's column in CoNLL files, from 1; -1 is the last. Default: the first, or the one behind the words' numbers (CoNLL-U)."
    );

    private readonly Option<int?> _label = Column(
        "--label-column",
        "The label's column, from 1; -1 is the last. Default: the one whose first lines look like labels (O, B-PER); where none does, a last "
            + "column is added."
    );

    internal IEnumerable<Option> All => [_token, _label];

    internal AskedColumns Value(ParseResult parsed) => new(parsed.GetValue(_token), parsed.GetValue(_label));

    private static Option<int?> Column(string name, string description)
    {
        var option = new Option<int?>(name) { HelpName = "N", Description = description };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() == 0)
                result.AddError($"{name} is 0; columns count from 1, and -1 is the last.");
        });
        return option;
    }
}

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
        "jsonl: an object a line with id, and text or tokens; the other fields are passed on. conll: a token a line with its label and further "
            + "columns, an empty line after each sentence; CoNLL-U too. text: see --document. parquet: columns id, and text or tokens; the others "
            + "are passed on. auto: by the file's ending (.jsonl .ndjson .json, .conll .conllu .bio .bioes .iob .iobes .tsv, .parquet, else "
            + "text).",
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
        64 * 1024 * 1024,
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

/// <summary>The options that say what a job writes.</summary>
internal sealed class OutputSetup
{
    private readonly Option<string> _out = new("--out")
    {
        HelpName = "FILE",
        Description =
            "Where to write: a file, a folder for standoff, or - for standard output, which cannot be gone on with. Beside it lie "
            + "FILE.checkpoint and, if anything failed, FILE.errors.jsonl.",
        Required = true,
        Validators = { CliOption.RefuseEmpty },
    };

    private readonly ChoiceOption<OutputCompression> _compression = new(
        "--compression",
        "auto: by the ending .gz or .zst.",
        ("auto", OutputCompression.Auto),
        ("none", OutputCompression.None),
        ("gzip", OutputCompression.Gzip),
        ("zstd", OutputCompression.Zstd)
    );

    private readonly Option<bool> _includeText = new("--include-text") { Description = "jsonl and parquet also hold the text or tokens." };

    private readonly Option<int> _checkpointEvery = CliOption.Number(
        "--checkpoint-every",
        1000,
        "Documents between two checkpoints at most; there is also one each 500,000 characters."
    );

    private readonly Option<long?> _maxErrors = new("--max-errors")
    {
        HelpName = "N",
        Description =
            "Stop when more than N documents or lines have failed. Default: never; each is written to FILE.errors.jsonl with its line and reason.",
    };

    private readonly Option<bool> _restart = new("--restart")
    {
        Description =
            "Begin anew: what an earlier job made, as its checkpoint says, is removed, and nothing else. Without it a job that was stopped goes "
            + "on, and a job that has ended has nothing to do.",
    };

    /// <summary>The format alone, for a command that only says what answers will be for.</summary>
    internal ChoiceOption<OutputFormat> Format { get; } =
        new(
            "--format",
            "jsonl: {\"id\":…, the other fields of the input, \"mentions\":[…], \"entities\":[…]} with the contract's JSON. conll: the input's own "
                + "lines with new labels, or WORD<TAB>LABEL. parquet: id, text, mentions (a list), fields. standoff: a .txt and an .ann file a "
                + "document, as brat reads them. auto: by the ending; a folder is standoff, anything unknown jsonl.",
            ("auto", OutputFormat.Auto),
            ("jsonl", OutputFormat.Jsonl),
            ("conll", OutputFormat.Conll),
            ("parquet", OutputFormat.Parquet),
            ("standoff", OutputFormat.Standoff)
        );

    internal IEnumerable<Option> All => [_out, Format, _compression, _includeText, _checkpointEvery, _maxErrors, _restart];

    internal OutputOptions Options(ParseResult parsed) =>
        new()
        {
            Path = parsed.GetValue(_out)!,
            Format = Format.Value(parsed),
            Compression = _compression.Value(parsed),
            IncludeText = parsed.GetValue(_includeText),
            BlockDocuments = parsed.GetValue(_checkpointEvery),
            MaxErrors = parsed.GetValue(_maxErrors) ?? long.MaxValue,
            Restart = parsed.GetValue(_restart),
            Standard = Console.OpenStandardOutput(),
        };
}
