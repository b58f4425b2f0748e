using NerService.Contracts.V1;

namespace NerService.Batch.Documents;

/// <summary>Where a job stands: everything before it is done.</summary>
/// <param name="File">Index of the input file, from 0.</param>
/// <param name="Records">Records of that file that are done.</param>
internal readonly record struct JobPosition(int File, long Records);

/// <summary>
/// One record of an input: a document, or what stands in a document's place and cannot be read, or a layout that holds no words. Its public members
/// go over a queue as JSON.
/// </summary>
internal record BatchDocument
{
    /// <summary>The input file as the user named it.</summary>
    public required string File { get; init; }

    /// <summary>The line of the file where the record begins, or its row, from 1.</summary>
    public required long Line { get; init; }

    /// <summary>The position after this record.</summary>
    internal JobPosition Next { get; init; }

    /// <summary>Bytes of all input files up to the end of this record, of compressed files as they lie on disk, near enough.</summary>
    internal long BytesRead { get; init; }

    /// <summary>The document's id as JSON: a string with its quotes, or a number.</summary>
    public string Id { get; init; } = "null";

    /// <summary>Running text; null where the document is words.</summary>
    public string? Text { get; init; }

    /// <summary>Words that are already split; null where the document is running text.</summary>
    public IReadOnlyList<string>? Tokens { get; init; }

    /// <summary>The other fields of the input, to be passed on: name and value as JSON.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Fields { get; init; } = [];

    /// <summary>The lines of a CoNLL input, to be written back; null for other inputs.</summary>
    public IReadOnlyList<ConllLine>? Layout { get; init; }

    /// <summary>Why this is not a document; null when it is one.</summary>
    public string? Problem { get; init; }

    /// <summary>What was read and is not a document; null where it is not even text.</summary>
    public string? Content { get; init; }

    internal bool IsDocument => Problem is null && (Text is not null || Tokens is not null);

    /// <summary>The text that offsets refer to: of tokens, those joined by one space.</summary>
    internal string FullText => Text ?? string.Join(' ', Tokens ?? []);

    /// <summary>UTF-16 code units of everything read, near enough; what a block of output is measured by.</summary>
    internal int Length =>
        (Text?.Length ?? Tokens?.Sum(token => token.Length + 1) ?? 0) + (Content?.Length ?? 0) + Fields.Sum(pair => pair.Value.Length);

    /// <summary>What is sent of it. Its id stays here: the server limits the length of its own.</summary>
    internal Document ToProto() =>
        Text is not null ? new Document { Text = Text } : new Document { TokenizedText = new TokenizedText { Tokens = { Tokens! } } };
}

/// <summary>A line of a CoNLL file, so that it can be written back with another label and not another byte changed.</summary>
/// <param name="Before">Everything before the label; the whole line where it holds no token.</param>
/// <param name="IsToken">Whether a label stands between the two.</param>
/// <param name="After">Everything after the label, the line's end included.</param>
/// <param name="InBrackets">Whether labels are written as brackets around names, as in CoNLL-2012.</param>
internal readonly record struct ConllLine(string Before, bool IsToken, string After, bool InBrackets = false);

/// <summary>A record with its answer.</summary>
/// <param name="Document">The record.</param>
/// <param name="Response">The answer; null when there is an error, or nothing was asked.</param>
/// <param name="Error">Why there is no answer; null when there is one, or nothing was asked.</param>
internal sealed record AnsweredDocument(BatchDocument Document, ExtractEntitiesResponse? Response, string? Error);
