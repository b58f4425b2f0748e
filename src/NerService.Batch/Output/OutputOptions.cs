namespace NerService.Batch.Output;

/// <summary>How answers are written: see --format.</summary>
internal enum OutputFormat
{
    Auto,
    Jsonl,
    Conll,
    Parquet,
    Standoff,
}

/// <summary>How the output is compressed: with gzip one member per block, with Zstandard one frame.</summary>
internal enum OutputCompression
{
    Auto,
    None,
    Gzip,
    Zstd,
}

/// <summary>Where answers go and how.</summary>
internal sealed record OutputOptions
{
    internal const string StandardOutput = "-";
    internal const int DefaultBlockDocuments = 1000;

    /// <summary>A file, a folder for standoff, or standard output.</summary>
    internal required string Path { get; init; }

    /// <summary>How answers are written; never automatic after <see cref="Resolved"/>.</summary>
    internal OutputFormat Format { get; init; } = OutputFormat.Auto;

    /// <summary>How the output is compressed; never automatic after <see cref="Resolved"/>.</summary>
    internal OutputCompression Compression { get; init; } = OutputCompression.Auto;

    /// <summary>Whether a JSON line or Parquet row also holds the document's text. Default: false.</summary>
    internal bool IncludeText { get; init; }

    /// <summary>Documents of a block at most: a block is what a checkpoint keeps and a compressed file's unit. Default 1000.</summary>
    internal int BlockDocuments { get; init; } = DefaultBlockDocuments;

    /// <summary>UTF-16 code units of documents of a block at most, give or take its last document. Default 500,000.</summary>
    internal int BlockCharacters { get; init; } = 500_000;

    /// <summary>Documents that may fail before the job stops. Default: any number.</summary>
    internal long MaxErrors { get; init; } = long.MaxValue;

    /// <summary>Whether to start over where something is there already. Default: false.</summary>
    internal bool Restart { get; init; }

    internal Stream Standard { get; init; } = Stream.Null;

    internal TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Whether the output can be cut at a length and resumed: a pipe or a device cannot.</summary>
    internal bool CanResume => Path != StandardOutput && !Path.StartsWith("/dev/", StringComparison.Ordinal);

    /// <summary>The same with nothing left automatic.</summary>
    /// <exception cref="BatchException">The options contradict each other.</exception>
    internal OutputOptions Resolved()
    {
        if (BlockDocuments < 1)
            throw new BatchException(BatchFailure.Usage, $"--checkpoint-every is {BlockDocuments}; it must be at least 1.");
        var ending = System.IO.Path.GetExtension(Path).ToUpperInvariant();
        var compression =
            Compression != OutputCompression.Auto
                ? Compression
                : ending switch
                {
                    ".GZ" => OutputCompression.Gzip,
                    ".ZST" or ".ZSTD" => OutputCompression.Zstd,
                    _ => OutputCompression.None,
                };
        var inner = ending is ".GZ" or ".ZST" or ".ZSTD" ? System.IO.Path.GetExtension(Path[..^ending.Length]).ToUpperInvariant() : ending;
        var format =
            Format != OutputFormat.Auto
                ? Format
                : inner switch
                {
                    ".CONLL" or ".BIO" or ".IOB" or ".TSV" => OutputFormat.Conll,
                    ".PARQUET" => OutputFormat.Parquet,
                    _ when Path.EndsWith('/') || Directory.Exists(Path) => OutputFormat.Standoff,
                    _ => OutputFormat.Jsonl,
                };
        if (format is OutputFormat.Parquet or OutputFormat.Standoff)
        {
            if (!CanResume)
                throw new BatchException(BatchFailure.Usage, $"--out '{Path}': {format} is written to a file or folder of its own, not to a stream.");
            if (compression != OutputCompression.None)
                throw new BatchException(
                    BatchFailure.Usage,
                    $"--compression {compression}: {format} is not compressed as a whole; Parquet compresses its own columns."
                );
        }
        else if (Directory.Exists(Path))
        {
            throw new BatchException(BatchFailure.Usage, $"--out '{Path}' is a folder; {format} is one file.");
        }
        return this with { Format = format, Compression = compression, Path = format == OutputFormat.Standoff ? Path.TrimEnd('/') : Path };
    }
}
