using System.Collections.Immutable;
using NerService.Gazetteer.Loading;
using NerService.Inference;

namespace NerService.Extraction.Snapshots;

/// <summary>What an extractor loads and how it runs.</summary>
public sealed record ExtractorOptions
{
    /// <summary>The model's folder. Required.</summary>
    public required string ModelFolder { get; init; }

    /// <summary>Whether the arbiter of the model's folder is loaded. Default: true; without it the model's own entities are returned. Whoever trains
    /// one loads none, since the one that is there may be made for other features.</summary>
    public bool LoadArbiter { get; init; } = true;

    /// <summary>How the model is run.</summary>
    public InferenceOptions Inference { get; init; } = new();

    /// <summary>The folder of the built-in gazetteer: every *.tsv in it, and its name parts. Null, the default: no built-in gazetteer.</summary>
    public string? GazetteerFolder { get; init; }

    /// <summary>Gazetteer files of the user's own. Default: none.</summary>
    public ImmutableArray<string> GazetteerFiles { get; init; } = [];

    /// <summary>What a bad line of a gazetteer file does.</summary>
    public GazetteerLoadOptions Gazetteer { get; init; } = new();
}
