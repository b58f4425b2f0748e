using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using NerService.Batch.Documents;
using NerService.Batch.Output;
using NerService.Contracts.V1;

namespace NerService.Batch.Queue;

/// <summary>What a job is and how much of it is on the queue; a JSON value in the job's bucket.</summary>
internal sealed record QueueJob
{
    /// <summary>Inputs and options, each by name.</summary>
    public required SortedDictionary<string, string> Description { get; init; }

    /// <summary>How documents are answered: the contract's ExtractionOptions as bytes.</summary>
    public required byte[] Extract { get; init; }

    public required OutputFormat Format { get; init; }

    /// <summary>Deliveries of a document before it counts as poison.</summary>
    public required int MaxTries { get; init; }

    /// <summary>Records on the queue for certain, those that are not documents included.</summary>
    public long Submitted { get; init; }

    /// <summary>Those among them that are not documents, or too large for the queue: each is on it with its reason alone.</summary>
    public long Refused { get; init; }

    /// <summary>Index of the input file from which more come.</summary>
    public int File { get; init; }

    /// <summary>Records of that file that are on the queue.</summary>
    public long Records { get; init; }

    public bool Complete { get; init; }
}

/// <summary>A record on its way to a worker.</summary>
internal sealed record QueuedDocument : BatchDocument
{
    public QueuedDocument() { }

    [SetsRequiredMembers]
    internal QueuedDocument(BatchDocument document, long number)
        : base(document) => Number = number;

    /// <summary>Its place in the job, from 1: what its answer is ordered and recognized by.</summary>
    public required long Number
    {
        get => Next.Records;
        init => Next = new JobPosition(0, value);
    }

    /// <summary>The same without what it says: its place and name alone.</summary>
    internal QueuedDocument WithoutContent() => this with { Text = null, Tokens = null, Layout = null, Fields = [], Content = null };
}

/// <summary>A record on its way back.</summary>
internal sealed record QueuedResult
{
    /// <summary>The record as received.</summary>
    public required QueuedDocument Document { get; init; }

    /// <summary>The answer: the contract's ExtractEntitiesResponse as bytes; null when there is an error or nothing was asked.</summary>
    public byte[]? Response { get; init; }

    public string? Error { get; init; }

    internal AnsweredDocument ToAnswer() => new(Document, Response is null ? null : ExtractEntitiesResponse.Parser.ParseFrom(Response), Error);
}

/// <summary>A document that no worker could answer.</summary>
internal sealed record DeadLetter
{
    /// <summary>The record as received.</summary>
    public required QueuedDocument Document { get; init; }

    public required string Reason { get; init; }

    public required long Tries { get; init; }
}

/// <summary>Messages as bytes: JSON, Arabic as itself.</summary>
internal static class QueueJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    internal static byte[] Write<T>(T message) => JsonSerializer.SerializeToUtf8Bytes(message, Options);

    internal static T Read<T>(byte[]? bytes) => JsonSerializer.Deserialize<T>(bytes, Options) ?? throw new JsonException("The message is empty.");
}
