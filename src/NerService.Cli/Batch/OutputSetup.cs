using System.CommandLine;
using NerService.Batch.Output;

namespace NerService.Cli.Batch;

/// <summary>The options that say what a job writes.</summary>
internal sealed class OutputSetup
{
    private readonly Option<string> _out = new("--out")
    {
        HelpName = "FILE",
        Description =
            "Where to write: a file, a folder for standoff, or - for standard output, which cannot be resumed. Beside it lie "
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
        OutputOptions.DefaultBlockDocuments,
        "Documents between two checkpoints at most; there is also one each 500,000 characters."
    );

    private readonly Option<long?> _maxErrors = CliOption.Number<long>(
        "--max-errors",
        "N",
        "Stop when more than N documents or lines have failed. Default: never; each is written to FILE.errors.jsonl with its line and reason."
    );

    private readonly Option<bool> _restart = new("--restart")
    {
        Description =
            "Start over: what an earlier job made, as its checkpoint says, is removed, and nothing else. Without it a job that was stopped goes "
            + "on, and a job that has ended has nothing to do.",
    };

    /// <summary>The format alone, for a command that only says what answers will be for.</summary>
    internal ChoiceOption<OutputFormat> Format { get; } =
        new(
            "--format",
            "jsonl: {\"id\":…, the other fields of the input, \"mentions\":[…], \"entities\":[…]} with the contract's JSON. conll: the input's own "
                + "lines with new labels, or WORD<TAB>LABEL. parquet: id, text, mentions (a list), fields. standoff: a .txt and an .ann file per "
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
            MaxErrors = parsed.GetValue(_maxErrors) switch
            {
                null => long.MaxValue,
                < 0 and var most => throw new CliException(ExitCode.Usage, $"{_maxErrors.Name} is {most}; it must be at least 0."),
                { } most => most,
            },
            Restart = parsed.GetValue(_restart),
            Standard = CliStreams.OpenStandardOutput(),
        };
}
