using System.Text.Json;
using NerService.Extraction.Pipeline;
using NerService.Extraction.Snapshots;
using NerService.Text.Documents;

namespace NerService.Extraction.Tests.Pipeline;

/// <summary>A small model with 21 types of its own, made by the training recipe.</summary>
public sealed class ManyLabelsTests
{
    private static readonly string Folder = Repository.PathOf("tests", "data", "many-labels");

    [Fact]
    public async Task A_model_with_types_of_its_own_is_served_whole()
    {
        using var extractor = await EntityExtractor.LoadAsync(new ExtractorOptions { ModelFolder = Folder }, TestContext.Current.CancellationToken);
        var labels = new HashSet<string>();
        foreach (var line in File.ReadLines(Path.Combine(Folder, "expected.jsonl")))
        {
            var expected = JsonSerializer.Deserialize<Sentence>(line, JsonSerializerOptions.Web)!;
            var result = await extractor.ExtractAsync(
                new ExtractionRequest { Source = SourceText.FromTokens(expected.Words) },
                TestContext.Current.CancellationToken
            );
            Assert.Equal(expected.Labels, result.WordLabels());
            labels.UnionWith(result.Entities.Select(e => e.Label.Name));
        }
        Assert.True(labels.Count > 3, "labels beyond those of the built-in model came back");
        Assert.Contains("NORP", labels);
    }

    private sealed record Sentence(string[] Words, string[] Labels);
}
