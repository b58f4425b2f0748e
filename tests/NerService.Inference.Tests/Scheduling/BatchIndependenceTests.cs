using NerService.Text.Documents;

namespace NerService.Inference.Tests.Scheduling;

public sealed class BatchIndependenceTests
{
    // Each document comes with proposals of its own, as from callers with different gazetteers.
    [Theory]
    [InlineData("fp32")]
    [InlineData("int8")]
    public async Task A_document_gets_the_same_posteriors_bit_for_bit_alone_and_in_any_company(string graph)
    {
        var model = BuiltInModel.Get(graph);
        var random = new Random(20);
        var documents = Documents(random);
        var alone = new List<float[]>();
        foreach (var document in documents)
            alone.Add(await PosteriorsAsync(model, document, WorkPriority.Interactive));

        for (var round = 0; round < 3; round++)
        {
            var order = Enumerable.Range(0, documents.Length).ToArray();
            random.Shuffle(order);
            var together = await Task.WhenAll(
                order.Select(i =>
                {
                    var priority = random.Next(2) == 0 ? WorkPriority.Interactive : WorkPriority.Bulk;
                    return Task.Run(() => PosteriorsAsync(model, documents[i], priority));
                })
            );
            for (var i = 0; i < order.Length; i++)
                Assert.Equal(alone[order[i]], together[i]);
        }
    }

    /// <summary>Single words, sentences, sentences joined, and one document of several windows.</summary>
    private static string[][] Documents(Random random)
    {
        var sentences = Golden.Sentences.Select(golden => golden.Words).ToArray();
        var documents = new List<string[]> { sentences.SelectMany(words => words).Take(400).ToArray() };
        for (var i = 0; i < 60; i++)
        {
            var words = Enumerable.Range(0, random.Next(1, 4)).SelectMany(_ => sentences[random.Next(sentences.Length)]).ToArray();
            documents.Add(words[..random.Next(1, words.Length + 1)]);
        }
        return [.. documents];
    }

    private static async Task<float[]> PosteriorsAsync(TokenClassifier model, string[] words, WorkPriority priority)
    {
        var options = new ClassificationOptions { Priority = priority };
        var proposals = words.Select((word, i) => (WordFeatures)((word.Length * 31 + i) % 8192)).ToArray();
        var classification = await model.ClassifyAsync(
            model.Encode(SourceText.FromTokens(words)).WithFeatures(proposals),
            options,
            TestContext.Current.CancellationToken
        );
        return [.. Enumerable.Range(0, words.Length).SelectMany(word => classification.Posteriors[word].ToArray())];
    }
}
