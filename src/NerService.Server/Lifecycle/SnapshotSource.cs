using Microsoft.Extensions.Options;
using NerService.Extraction.Snapshots;
using NerService.Gazetteer.Loading;
using NerService.Inference;
using NerService.Server.Options;

namespace NerService.Server.Lifecycle;

/// <summary>Builds the snapshot that the configuration describes. Tests derive from it to hold a load back or to let it fail.</summary>
internal class SnapshotSource(IServiceProvider services)
{
    /// <summary>What is loaded.</summary>
    internal ExtractorOptions Options { get; } =
        Describe(
            services.GetRequiredService<IOptions<ModelOptions>>().Value,
            services.GetRequiredService<IOptions<GazetteerOptions>>().Value,
            services.GetRequiredService<IOptions<BatchingOptions>>().Value,
            services.GetRequiredService<IOptions<AdmissionOptions>>().Value
        );

    /// <summary>The files and folders that are loaded.</summary>
    internal IEnumerable<string> Paths =>
        [Options.ModelFolder, .. Options.GazetteerFolder is { } folder ? new[] { folder } : [], .. Options.GazetteerFiles];

    /// <summary>Loads, verifies and warms up.</summary>
    internal virtual async Task<Snapshot> BuildAsync(CancellationToken cancellationToken)
    {
        var snapshot = await SnapshotLoader.LoadAsync(Options, services.GetRequiredService<TimeProvider>(), cancellationToken);
        if (snapshot.SkippedLines is { Count: > 0 } skipped)
        {
            services
                .GetRequiredService<ILogger<SnapshotSource>>()
                .LogWarning(
                    "Lines of the gazetteer files that were left out: {Skipped}, the first {First}. 'ner gazetteer check FILE' lists them all.",
                    skipped.Count,
                    skipped.Listed[0]
                );
        }
        return snapshot;
    }

    private static ExtractorOptions Describe(ModelOptions model, GazetteerOptions gazetteer, BatchingOptions batching, AdmissionOptions admission) =>
        new()
        {
            ModelFolder = ContentLocator.Resolve(model.Folder),
            Inference = new InferenceOptions
            {
                Graph = model.Graph.Length > 0 ? model.Graph : null,
                Threads = batching.Threads,
                MaxBatchPaddedSubwords = batching.MaxBatchPaddedSubwords,
                MaxQueuedPaddedSubwords = admission.MaxQueuedPaddedSubwords,
            },
            GazetteerFolder = gazetteer.Enabled && gazetteer.Folder.Length > 0 ? ContentLocator.Resolve(gazetteer.Folder) : null,
            GazetteerFiles = gazetteer.Enabled ? [.. gazetteer.Files.Select(ContentLocator.Resolve)] : [],
            Gazetteer = new GazetteerLoadOptions { BadLines = gazetteer.BadLines },
        };
}
