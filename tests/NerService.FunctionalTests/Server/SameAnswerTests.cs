using V1 = NerService.Contracts.V1;

namespace NerService.FunctionalTests.Server;

public sealed class SameAnswerTests(SharedServer shared)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_document_gets_bit_for_bit_the_same_answer_alone_and_under_load()
    {
        var requests = Enumerable
            .Range(0, 60)
            .Select(seed => Samples.Text(Samples.Varied(seed), new V1.ExtractionOptions { Features = { V1.Feature.WordLabels } }, $"d{seed}"))
            .ToList();
        var alone = new List<V1.ExtractEntitiesResponse>();
        foreach (var request in requests)
            alone.Add(await shared.Server.Client.ExtractEntitiesAsync(request, cancellationToken: Cancel));
        // All at once, twice, in company of long documents.
        var company = Enumerable
            .Range(0, 3)
            .Select(_ => shared.Server.Client.ExtractEntitiesAsync(Samples.Text(Samples.Long(10)), cancellationToken: Cancel).ResponseAsync)
            .ToList();
        var together = await Task.WhenAll(
            requests.Concat(requests).Select(r => shared.Server.Client.ExtractEntitiesAsync(r, cancellationToken: Cancel).ResponseAsync)
        );
        await Task.WhenAll(company);
        for (var i = 0; i < together.Length; i++)
            Assert.Equal(Samples.WithoutTimings(alone[i % requests.Count]), Samples.WithoutTimings(together[i]));
    }
}
