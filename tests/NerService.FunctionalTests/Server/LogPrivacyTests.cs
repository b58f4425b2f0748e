using Grpc.Core;
using V1 = NerService.Contracts.V1;

namespace NerService.FunctionalTests.Server;

public sealed class LogPrivacyTests
{
    [Fact]
    public async Task No_log_line_of_any_level_holds_a_callers_text()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var server = await RunningServer.ServeAsync([
            .. RunningServer.Shipped,
            "--Logging:LogLevel:Default=Trace",
            "--Logging:LogLevel:Microsoft.AspNetCore=Trace",
            "--Logging:LogLevel:Grpc=Trace",
        ]);
        await server.Client.ExtractEntitiesAsync(
            Samples.Text("سر مكتوم عن زيدان المنصوري", new V1.ExtractionOptions { Features = { V1.Feature.Explanation } }, "وثيقة-سرية"),
            cancellationToken: cancel
        );
        await server.Client.ExtractEntitiesAsync(Samples.Tokens(["سر", "مكتوم", "عن", "زيدان"]), cancellationToken: cancel);
        await Assert.ThrowsAsync<RpcException>(async () =>
            await server.Client.ExtractEntitiesAsync(
                Samples.Text("سر مكتوم", new V1.ExtractionOptions { MinConfidence = 7 }),
                cancellationToken: cancel
            )
        );
        await Assert.ThrowsAsync<RpcException>(async () =>
            await server.Client.ExtractEntitiesAsync(Samples.Tokens([string.Concat(Enumerable.Repeat("مكتوم", 300))]), cancellationToken: cancel)
        );
        using (var call = server.Client.StreamExtractEntities(cancellationToken: cancel))
        {
            await call.RequestStream.WriteAsync(Samples.Streamed("سر مكتوم عن زيدان"), cancel);
            await call.RequestStream.CompleteAsync();
            while (await call.ResponseStream.MoveNext(cancel))
                continue;
        }
        var logs = server.Logs;
        Assert.Contains("ner.v1.NerService", logs, StringComparison.Ordinal);
        foreach (var secret in new[] { "مكتوم", "زيدان", "المنصوري", "وثيقة" })
            Assert.DoesNotContain(secret, logs, StringComparison.Ordinal);
    }
}
