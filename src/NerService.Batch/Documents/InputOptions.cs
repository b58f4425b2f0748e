using NerService.Batch.Documents.Conll;

namespace NerService.Batch.Documents;

/// <summary>How documents stand in a file: see --in-format. Auto: by the name's ending, as <see cref="InputFile.FormatOf"/> has it.</summary>
internal enum InputFormat
{
    Auto,
    Jsonl,
    Conll,
    Text,
    Parquet,
}

/// <summary>What is one document: a line of text or a sentence of CoNLL; the whole file of text or the stretch between -DOCSTART- lines.</summary>
internal enum DocumentExtent
{
    Line,
    File,
}

/// <summary>What is read and how.</summary>
internal sealed record InputOptions
{
    internal const string StandardInput = "-";
    internal const int DefaultMaxDocumentBytes = 64 * 1024 * 1024;

    /// <summary>Files and glob patterns, in the order to read them.</summary>
    internal required IReadOnlyList<string> Patterns { get; init; }

    /// <summary>How documents stand in them. Default: by name.</summary>
    internal InputFormat Format { get; init; } = InputFormat.Auto;

    /// <summary>What is one document of text and CoNLL files. Default: a line, a sentence.</summary>
    internal DocumentExtent Extent { get; init; } = DocumentExtent.Line;

    /// <summary>Where token and label of CoNLL files stand. Default: as the file shows.</summary>
    internal AskedColumns Columns { get; init; }

    /// <summary>Bytes that one document may have; a longer one is reported as a bad one. Default 64 MiB.</summary>
    internal int MaxDocumentBytes { get; init; } = DefaultMaxDocumentBytes;

    internal Stream Standard { get; init; } = Stream.Null;
}
