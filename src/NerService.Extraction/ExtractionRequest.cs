using System.Collections.Immutable;
using NerService.Gazetteer;
using NerService.Inference;
using NerService.Text;

namespace NerService.Extraction;

/// <summary>One document and how to answer for it.</summary>
public sealed record ExtractionRequest
{
    /// <summary>The document.</summary>
    public required SourceText Source { get; init; }

    /// <summary>The types wanted; empty, the default, means all.</summary>
    public ImmutableArray<EntityType> Types { get; init; } = [];

    /// <summary>Entities with a lower confidence are left out. In [0, 1]; default 0.</summary>
    public float MinConfidence { get; init; }

    /// <summary>Whose share of the model it takes: callers share it equally while all want it. Default: empty, a caller like any other.</summary>
    public string Caller { get; init; } = "";

    /// <summary>Which work goes first when the model is busy; a document longer than some three printed pages is bulk work anyway. Default: <see cref="WorkPriority.Interactive"/>.</summary>
    public WorkPriority Priority { get; init; } = WorkPriority.Interactive;

    /// <summary>When the caller stops waiting; work still queued then is dropped. Null, the default: never.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Whether the document is refused at once, with an <see cref="AdmissionException"/>, when too much waits or its deadline cannot be met, instead of
    /// waiting. Default: false.</summary>
    public bool MayBeRefused { get; init; }

    /// <summary>The model output to decode; null, the default, means the model's own default.</summary>
    public string? ModelOutput { get; init; }

    /// <summary>Whether the gazetteer proposes entities. Default: true.</summary>
    public bool UseGazetteer { get; init; } = true;

    /// <summary>Whether the arbiter judges. Without it the model's own entities are returned as they are, with the model's own probability as
    /// confidence. Default: true; of no effect where the model has no arbiter or <see cref="ModelOutput"/> is not its default.</summary>
    public bool Arbitrate { get; init; } = true;

    /// <summary>The caller's own names, for this request only. Default: none.</summary>
    public ImmutableArray<GazetteerEntry> Entries { get; init; } = [];

    /// <summary>Surfaces that must not be returned, compared by gazetteer key with the core span. Default: none.</summary>
    public ImmutableArray<string> Deny { get; init; } = [];

    /// <summary>Whether mentions of one entity are joined. Default: true.</summary>
    public bool Group { get; init; } = true;

    /// <summary>Whether the document's sentences are returned. Default: false.</summary>
    public bool IncludeSentences { get; init; }

    /// <summary>Whether the answer says why. Default: false.</summary>
    public bool Explain { get; init; }
}
