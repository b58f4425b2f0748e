using System.Collections.Immutable;
using NerService.Extraction.Pipeline;
using NerService.Extraction.Snapshots;
using NerService.Extraction.Tests.Pipeline;
using NerService.Gazetteer;
using NerService.Text.Documents;
using NerService.Text.Labels;

[assembly: AssemblyFixture(typeof(ShippedExtractor))]

namespace NerService.Extraction.Tests.Pipeline;

/// <summary>The model, arbiter and gazetteer that the project ships, loaded once for all tests.</summary>
public sealed class ShippedExtractor : IAsyncLifetime
{
    private EntityExtractor? _extractor;

    public static string ModelFolder => ContentLocator.Resolve(ContentLocator.DefaultModelFolder);

    public EntityExtractor Extractor => _extractor ?? throw new InvalidOperationException("The fixture is not initialized.");

    public async ValueTask InitializeAsync() =>
        _extractor = await EntityExtractor.LoadAsync(
            new ExtractorOptions { ModelFolder = ModelFolder, GazetteerFolder = ContentLocator.Resolve(ContentLocator.DefaultGazetteerFolder) }
        );

    public ValueTask DisposeAsync()
    {
        _extractor?.Dispose();
        return ValueTask.CompletedTask;
    }

    internal Task<ExtractionResult> ExtractAsync(string text, params GazetteerEntry[] entries) =>
        ExtractAsync(new ExtractionRequest { Source = SourceText.FromText(text), Names = new CallerNames(entries) });

    internal Task<ExtractionResult> ExtractAsync(ExtractionRequest request) => Extractor.ExtractAsync(request, TestContext.Current.CancellationToken);

    internal static ImmutableArray<(string Text, EntityType Type)> Found(ExtractionResult result) =>
        [.. result.Entities.Select(e => (e.Span.Of(result.Source.Text), e.Type))];
}
