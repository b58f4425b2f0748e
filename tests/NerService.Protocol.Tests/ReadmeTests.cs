using NerService.Contracts.V1;
using NerService.Extraction.Pipeline;
using NerService.Extraction.Snapshots;

namespace NerService.Protocol.Tests;

/// <summary>What the README shows is what the service answers.</summary>
public sealed class ReadmeTests
{
    [Fact]
    public async Task The_answer_that_the_README_shows_is_the_answer_to_the_paragraph_above_it()
    {
        var readme = await File.ReadAllTextAsync(ContentLocator.Resolve("README.md"), TestContext.Current.CancellationToken);
        var section = readme[readme.IndexOf("## A call and its answer", StringComparison.Ordinal)..];
        var shown = ProtoJson.Parse<ExtractEntitiesResponse>(Block(section, "json"));
        var options = new ExtractorOptions
        {
            ModelFolder = ContentLocator.Resolve(ContentLocator.DefaultModelFolder),
            GazetteerFolder = ContentLocator.Resolve(ContentLocator.DefaultGazetteerFolder),
        };
        using var extractor = await EntityExtractor.LoadAsync(options, TestContext.Current.CancellationToken);

        var document = new Document { Text = Block(section, "text") };
        var answer = ResponseMapper.ToProto(
            await extractor.ExtractAsync(RequestMapper.ToExtraction(document, null), TestContext.Current.CancellationToken),
            "",
            null
        );

        // The README rounds confidence and leaves out the times, which differ from run to run.
        Assert.Equal(shown.Mentions.Count, answer.Mentions.Count);
        foreach (var (expected, found) in shown.Mentions.Zip(answer.Mentions))
        {
            Assert.InRange(found.Confidence, expected.Confidence - 0.03f, expected.Confidence + 0.03f);
            found.Confidence = expected.Confidence;
        }
        answer.Statistics = null;
        Assert.Equal(shown, answer);
    }

    private static string Block(string markdown, string language)
    {
        var fence = $"```{language}\n";
        var start = markdown.IndexOf(fence, StringComparison.Ordinal) + fence.Length;
        return markdown[start..markdown.IndexOf("\n```", start, StringComparison.Ordinal)];
    }
}
