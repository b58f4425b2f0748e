using Grpc.Core;
using V1 = NerService.Contracts.V1;

namespace NerService.FunctionalTests.Server;

public sealed class BatchTests(SharedServer shared)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_document_of_a_batch_has_its_outcome_in_order_and_a_bad_one_spoils_none()
    {
        var request = new V1.BatchExtractEntitiesRequest { Options = new V1.ExtractionOptions { OffsetUnit = V1.OffsetUnit.Utf16CodeUnit } };
        for (var i = 0; i < 40; i++)
            request.Documents.Add(i == 7 ? new V1.Document { Id = "bad" } : new V1.Document { Id = $"{i}", Text = Samples.Varied(i) });
        var outcomes = (await shared.Server.Client.BatchExtractEntitiesAsync(request, cancellationToken: Cancel)).Outcomes;
        Assert.Equal(request.Documents.Select(document => document.Id), outcomes.Select(outcome => outcome.DocumentId));
        Assert.Equal((int)StatusCode.InvalidArgument, outcomes[7].Error.Code);
        for (var i = 0; i < 40; i++)
        {
            if (i == 7)
                continue;
            var alone = await shared.Server.Client.ExtractEntitiesAsync(
                new V1.ExtractEntitiesRequest { Document = request.Documents[i], Options = request.Options },
                cancellationToken: Cancel
            );
            Assert.Equal(Samples.WithoutTimings(alone), Samples.WithoutTimings(outcomes[i].Result));
        }
    }

    [Fact]
    public async Task A_batch_without_documents_is_answered_with_none() =>
        Assert.Empty(
            (await shared.Server.Client.BatchExtractEntitiesAsync(new V1.BatchExtractEntitiesRequest(), cancellationToken: Cancel)).Outcomes
        );
}
