using NerService.Extraction.Pipeline;
using NerService.Extraction.Snapshots;
using NerService.Text.Documents;
using NerService.Text.Labels;

// One extractor serves the whole program: it is thread-safe, and calls at the same time share the model's batches.
using var extractor = await EntityExtractor.LoadAsync(
    new ExtractorOptions
    {
        ModelFolder = ContentLocator.Resolve(args.Length > 0 ? args[0] : ContentLocator.DefaultModelFolder),
        GazetteerFolder = ContentLocator.Resolve(args.Length > 1 ? args[1] : ContentLocator.DefaultGazetteerFolder),
    }
);

string[] documents = ["وصل وزير الخارجية الروسي سيرغي لافروف إلى القاهرة أمس.", "زار الوفد غزة وباريس."];
var results = await Task.WhenAll(documents.Select(text => extractor.ExtractAsync(new ExtractionRequest { Source = SourceText.FromText(text) })));

foreach (var result in results)
{
    foreach (var entity in result.Entities)
    {
        // A span is UTF-16 and slices the text that was asked about; the core is the name without what is written together with it (و + باريس).
        Console.WriteLine(
            $"{entity.Type.ToTag()}\t{entity.Span.Of(result.Source.Text)}\t{entity.CoreSpan.Of(result.Source.Text)}\t{entity.Confidence:0.00}"
        );
    }
}
