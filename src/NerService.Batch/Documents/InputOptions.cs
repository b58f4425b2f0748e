using NerService.Batch.Documents.Conll;

namespace NerService.Batch.Documents;

/// <summary>How documents stand in a file.</summary>
internal enum InputFormat
{
    /// <summary>By the name's ending: .jsonl/.ndjson/.json, .conll/.conllu/.bio/.bioes/.iob/.iobes/.tsv, .parquet; anything else is text.</summary>
    Auto,

    /// <summary>A JSON object a line: id, and text or tokens.</summary>
    Jsonl,

    /// <summary>A token a line, an empty line after each sentence, -DOCSTART- lines before documents; CoNLL-U and its like too.</summary>
    Conll,

    /// <summary>Plain text.</summary>
    Text,

    /// <summary>Columns id, and text or tokens.</summary>
    Parquet,
}

/// <summary>What is one document of text and CoNLL files.</summary>
internal enum DocumentExtent
{
    /// <summary>A line of text; a sentence of CoNLL.</summary>
    Line,

    /// <summary>The whole file of text; the stretch between -DOCSTART- lines of CoNLL.</summary>
    File,
}

/// <summary>What is read and how.</summary>
internal sealed record InputOptions
{
    /// <summary>The name of standard input.</summary>
    internal const string StandardInput = "-";

    /// <summary>Files and glob patterns, in the order to read them.</summary>
    internal required IReadOnlyList<string> Patterns { get; init; }

    /// <summary>How documents stand in them. Default: by name.</summary>
    internal InputFormat Format { get; init; } = InputFormat.Auto;

    /// <summary>What is one document of text and CoNLL files. Default: a line, a sentence.</summary>
    internal DocumentExtent Extent { get; init; } = DocumentExtent.Line;

    /// <summary>Where token and label of CoNLL files stand. Default: as the file shows.</summary>
    internal AskedColumns Columns { get; init; }

    /// <summary>Bytes that one document may have; a longer one is reported as a bad one. Default 64 MiB.</summary>
    internal int MaxDocumentBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Standard input.</summary>
    internal Stream Standard { get; init; } = Stream.Null;
}
