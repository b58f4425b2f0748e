using Microsoft.Extensions.Options;
using NerService.Extraction;

namespace NerService.Server.Hosting;

/// <summary>Builds the snapshot that the configuration describes.</summary>
internal sealed class SnapshotSource(IOptions<ModelOptions> model, IOptions<BatchingOptions> batching, TimeProvider time)
{
    /// <summary>What is loaded.</summary>
    internal ExtractorOptions Options { get; } = new()
    {
        ModelFolder = ContentLocator.Resolve(model.Value.Folder),
        Inference = batching.Value.ToInference(model.Value.Variant),
    };

    /// <summary>Loads, verifies and warms up.</summary>
    internal Task<Snapshot> BuildAsync(CancellationToken cancellationToken) => SnapshotLoader.LoadAsync(Options, time, cancellationToken);
}
