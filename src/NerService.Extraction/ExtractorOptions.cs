using NerService.Inference;

namespace NerService.Extraction;

/// <summary>What an extractor loads and how it runs.</summary>
public sealed record ExtractorOptions
{
    /// <summary>The model's folder. Required.</summary>
    public required string ModelFolder { get; init; }

    /// <summary>How the model is run.</summary>
    public InferenceOptions Inference { get; init; } = new();
}
