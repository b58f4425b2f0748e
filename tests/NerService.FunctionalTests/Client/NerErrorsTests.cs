using Grpc.Core;
using NerService.Client;
using NerService.Contracts.V1;

namespace NerService.FunctionalTests.Client;

public sealed class NerErrorsTests(SharedServer shared)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_error_of_the_service_has_its_reason_and_the_servers_own_words()
    {
        using var client = NerClient.Connect(shared.Server.Url);
        var error = await Assert.ThrowsAsync<RpcException>(() =>
            client.ExtractEntitiesAsync("نص", new ExtractionOptions { Labels = { "PRODCT" } }, Cancel)
        );
        Assert.Equal(ErrorReason.LabelUnknown, NerErrors.ReasonOf(error));
        Assert.Null(NerErrors.RetryAfter(error));
        Assert.Contains("LABEL_UNKNOWN", NerErrors.Describe(error), StringComparison.Ordinal);
        Assert.Contains("PER, LOC, ORG", NerErrors.Describe(error), StringComparison.Ordinal);
    }

    [Theory]
    // Port 1 of the loopback interface: nobody listens there.
    [InlineData("http://127.0.0.1:1", "Nothing answered")]
    [InlineData("https://127.0.0.1:{port}", "use http instead of https")]
    [InlineData("http://127.0.0.1:{admin}", "is it the admin port")]
    public async Task What_answered_nothing_or_something_else_is_told_with_what_to_do(string address, string advice)
    {
        var filled = address
            .Replace("{port}", $"{shared.Server.Url.Port}", StringComparison.Ordinal)
            .Replace("{admin}", $"{shared.Server.AdminUrl!.Port}", StringComparison.Ordinal);
        using var client = NerClient.Connect(new NerClientOptions { Addresses = { new Uri(filled) }, MaxAttempts = 1 });
        var error = await Assert.ThrowsAsync<RpcException>(() => client.ExtractEntitiesAsync("نص", cancellationToken: Cancel));
        Assert.Equal(ErrorReason.Unspecified, NerErrors.ReasonOf(error));
        Assert.Contains(advice, NerErrors.Describe(error), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_with_a_time_of_its_own_keeps_unit_and_key()
    {
        using var client = NerClient.Connect(shared.Server.Url);
        var answer = await client.ExtractEntitiesAsync(
            new ExtractEntitiesRequest { Document = new Document { Text = "👍🏽 القاهرة" } },
            TimeSpan.FromSeconds(30),
            Cancel
        );
        Assert.Equal(OffsetUnit.Utf16CodeUnit, answer.OffsetUnit);
        var refused = await Assert.ThrowsAsync<RpcException>(() =>
            client.ExtractEntitiesAsync(new ExtractEntitiesRequest { Document = new Document { Text = "" } }, TimeSpan.FromSeconds(-1), Cancel)
        );
        Assert.Equal(StatusCode.DeadlineExceeded, refused.StatusCode);
    }
}
