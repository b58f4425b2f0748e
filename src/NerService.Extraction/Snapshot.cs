using NerService.Inference;

namespace NerService.Extraction;

/// <summary>Everything an answer depends on, together and unchanging: one request uses one snapshot from its first step to its last.</summary>
public sealed class Snapshot : IDisposable
{
    internal Snapshot(TokenClassifier model) => Model = model;

    /// <summary>The loaded model.</summary>
    public TokenClassifier Model { get; }

    /// <summary>name@version of the model.</summary>
    public string ModelVersion => Model.Manifest.Identity;

    /// <summary>Version of the gazetteer; empty when none is loaded.</summary>
    public string GazetteerVersion { get; } = "";

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();
}
