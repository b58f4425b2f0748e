using System.Collections.Immutable;
using NerService.Gazetteer;
using NerService.Inference;

namespace NerService.Extraction;

/// <summary>What an extractor loads and how it runs.</summary>
public sealed record ExtractorOptions
{
    /// <summary>The model's folder. Required.</summary>
    public required string ModelFolder { get; init; }

    /// <summary>How the model is run.</summary>
    public InferenceOptions Inference { get; init; } = new();

    /// <summary>The folder of the built-in gazetteer: every *.tsv in it, and its name parts. Null, the default: no built-in gazetteer.</summary>
    public string? GazetteerFolder { get; init; }

    /// <summary>Gazetteer files of the user's own. Default: none.</summary>
    public ImmutableArray<string> GazetteerFiles { get; init; } = [];

    /// <summary>What a bad line of a gazetteer file does.</summary>
    public GazetteerLoadOptions Gazetteer { get; init; } = new();
}
