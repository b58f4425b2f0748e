using System.Collections.Immutable;
using NerService.Extraction.Pipeline;
using NerService.Extraction.Proposals;
using NerService.Extraction.Selection;
using NerService.Gazetteer;
using NerService.Gazetteer.Index;
using NerService.Gazetteer.Loading;
using NerService.Inference;
using NerService.Inference.Models;
using NerService.Text.Documents;
using NerService.Text.Labels;

namespace NerService.Extraction.Snapshots;

/// <summary>Builds snapshots: loads, verifies and warms up off to the side, so that what comes out can answer at once.</summary>
public static class SnapshotLoader
{
    /// <summary>Loads a snapshot and lets its model answer its own warm-up sentence.</summary>
    /// <param name="options">What to load.</param>
    /// <param name="time">The clock; null means the system's.</param>
    /// <param name="cancellationToken">Checked between steps.</param>
    /// <exception cref="GazetteerFormatException">A gazetteer file has a bad line and the options say to stop.</exception>
    /// <exception cref="IOException">A gazetteer file cannot be read.</exception>
    /// <exception cref="ModelLoadException">The model's folder cannot be served, or the model answers its warm-up sentence wrongly.</exception>
    public static async Task<Snapshot> LoadAsync(ExtractorOptions options, TimeProvider? time = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        // Side by side: the names take about as long as the model, and neither needs the other.
        var loadingNames = LoadNamesAsync(options, cancellationToken);
        var loadingModel = Task.Run(() => LoadModel(options, time), cancellationToken);
        try
        {
            await Task.WhenAll(loadingNames, loadingModel);
        }
        catch
        {
            if (loadingModel.IsCompletedSuccessfully)
                (await loadingModel).Classifier.Dispose();
            throw;
        }
        var ((gazetteers, nameParts, skipped), model) = (await loadingNames, await loadingModel);
        try
        {
            var snapshot = new Snapshot(model.Classifier, model.Arbiter, gazetteers, model.SeenNames, nameParts) { SkippedLines = skipped };
            await WarmUpAsync(snapshot, time ?? TimeProvider.System, cancellationToken);
            return snapshot;
        }
        catch (Exception e)
        {
            model.Classifier.Dispose();
            if (e is ModelLoadException or OperationCanceledException)
                throw;
            // What a model's own files lead to is the model's fault, whatever it is.
            throw new ModelLoadException($"'{options.ModelFolder}' cannot be served: {e.Message}", e);
        }
    }

    private static ModelParts LoadModel(ExtractorOptions options, TimeProvider? time)
    {
        var classifier = TokenClassifier.Load(options.ModelFolder, options.Inference, time);
        try
        {
            var arbiter = options.LoadArbiter ? Arbiter.Load(classifier.Folder) : null;
            return new ModelParts(classifier, arbiter, SeenNames.Load(classifier.Folder));
        }
        catch
        {
            classifier.Dispose();
            throw;
        }
    }

    private static async Task<(ImmutableArray<GazetteerIndex> Gazetteers, NameParts NameParts, SkippedLines Skipped)> LoadNamesAsync(
        ExtractorOptions options,
        CancellationToken cancellationToken
    )
    {
        var gazetteers = ImmutableArray.CreateBuilder<GazetteerIndex>();
        var nameParts = NameParts.Empty;
        var skipped = SkippedLines.None;
        if (options.GazetteerFolder is { } folder)
        {
            gazetteers.Add(Take(await GazetteerLoader.LoadFolderAsync(folder, options.Gazetteer, cancellationToken)));
            var partsFile = Path.Combine(folder, GazetteerLoader.NamePartsFileName);
            if (File.Exists(partsFile))
                nameParts = Take(await NameParts.LoadAsync(partsFile, options.Gazetteer, cancellationToken));
        }
        if (!options.GazetteerFiles.IsDefaultOrEmpty)
            gazetteers.Add(Take(await GazetteerLoader.LoadAsync(options.GazetteerFiles, options.Gazetteer, GazetteerOrigin.User, cancellationToken)));
        return (gazetteers.ToImmutable(), nameParts, skipped);

        T Take<T>(GazetteerLoadResult<T> loaded)
        {
            skipped = skipped.And(loaded.Skipped);
            return loaded.Value;
        }
    }

    private static async Task WarmUpAsync(Snapshot snapshot, TimeProvider time, CancellationToken cancellationToken)
    {
        var warmUp = snapshot.Model.Manifest.WarmUp;
        var request = new ExtractionRequest
        {
            Source = SourceText.FromText(warmUp.Text),
            UseGazetteer = false,
            UseArbiter = false,
            Group = false,
        };
        var result = await ExtractionPipeline.RunAsync(snapshot, request, time, cancellationToken);
        // The type as the model calls it, or as the service does.
        var found = result
            .Entities.SelectMany(e => (string[])[e.Label.Name, EntityLabel.Of(e.Type).Name], (e, type) => (e.Span.Of(warmUp.Text), type))
            .ToHashSet();
        foreach (var (text, type) in warmUp.Expect)
        {
            if (found.Contains((text, type)))
                continue;
            throw new ModelLoadException(
                $"The model {snapshot.ModelVersion} did not find {text} ({type}) in its warm-up sentence; it found "
                    + $"{string.Join(", ", result.Entities.Select(e => $"{e.Span.Of(warmUp.Text)} ({e.Label.Name})"))}."
            );
        }
    }

    /// <summary>What a model's folder gives a snapshot.</summary>
    private sealed record ModelParts(TokenClassifier Classifier, Arbiter? Arbiter, GazetteerIndex SeenNames);
}
