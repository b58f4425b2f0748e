using Grpc.Core;

namespace NerService.FunctionalTests.Server;

public sealed class MaxMessageSizeTests(SharedServer shared)
{
    [Fact]
    public async Task A_message_over_the_limit_is_refused_and_the_option_named_and_the_connection_lives()
    {
        var cancel = TestContext.Current.CancellationToken;
        var e = await Assert.ThrowsAsync<RpcException>(async () =>
            await shared.Server.Client.ExtractEntitiesAsync(Samples.Text(new string('a', 9_000_000)), cancellationToken: cancel)
        );
        Assert.Equal(StatusCode.InvalidArgument, e.StatusCode);
        Assert.Equal("MESSAGE_TOO_LARGE", e.GetRpcStatus()!.GetDetail<Google.Rpc.ErrorInfo>()!.Reason);
        Assert.Contains("8388608", e.Status.Detail, StringComparison.Ordinal);
        Assert.Contains("8388608", e.Status.Detail, StringComparison.Ordinal);
        Assert.NotEmpty((await shared.Server.Client.ExtractEntitiesAsync(Samples.Text(Samples.News), cancellationToken: cancel)).Mentions);
    }
}
